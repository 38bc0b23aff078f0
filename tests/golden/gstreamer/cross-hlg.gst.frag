#version 100
// rtdeconv: golden plan
//
// install  gst-launch-1.0 ... ! glupload ! glcolorconvert ! glshader fragment=TEXT uniforms=U !
//          glimagesink, TEXT being this file in quotes for gst-launch within the shell's and U
//          'uniforms, strength=(float)1.0': without it the filter is off
// design   made by hand
//          for the tests
// input    RGBA of 8 bits;
//          alpha is copied
// output   rounded to 8 bits
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    the light of the scene is added up, by the exact HLG curve (ARIB STD-B67)
//          values are taken as HLG-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     5 fetches in 1 pass
//          5 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

#ifdef GL_ES
precision highp float;
#endif

#define RTD_VALUES_LINEAR 0  // 1: values arrive linear and leave linear

varying vec2 v_texcoord;
uniform highp sampler2D tex;  // the picture to restore
uniform float width;
uniform float height;
uniform float strength;       // strength of the restoration, 0.0 (off) to 1.5

#define rtd_size vec2(width, height)

vec3 rtd_decode(vec3 c) {  // HLG to the light of the scene
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 size = abs(c);
    vec3 curved = (exp((max(size, vec3(0.5)) - 0.5599107) / 0.17883277) + 0.28466892) / 12.0;
    return sign(c) * mix(size * size / 3.0, curved, step(vec3(0.5), size));
}

vec3 rtd_encode(vec3 c) {  // and back
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 size = abs(c);
    vec3 curved = 0.17883277 * log(max(12.0 * size, vec3(1.0)) - 0.28466892) + 0.5599107;
    return sign(c) * mix(sqrt(3.0 * size), curved, step(vec3(1.0 / 12.0), size));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (v_texcoord * rtd_size + vec2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(texture2D(tex, rtd_place(dx, dy) / rtd_size).rgb)

vec3 rtd_rounded(vec3 c) {  // as 8 bits will: gl_FragColor may be less precise than that
    return floor(clamp(c, 0.0, 1.0) * 255.0 + 0.5) / 255.0;
}

void main() {
    vec4 original = texture2D(tex, v_texcoord);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        gl_FragColor = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 2.0 * centre
        - 0.25 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1));
    gl_FragColor = vec4(rtd_rounded(rtd_encode(mix(centre, filtered, strength))), original.a);
}
