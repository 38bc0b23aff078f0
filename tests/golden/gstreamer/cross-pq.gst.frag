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
// light    linear light is added up, by the exact PQ curve (SMPTE ST 2084)
//          values are taken as PQ-encoded; RTD_VALUES_LINEAR says otherwise
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

vec3 rtd_decode(vec3 c) {  // PQ to linear, 1.0 is 100 cd/m2
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 root = pow(min(abs(c), vec3(1.1)), vec3(32.0 / 2523.0));
    vec3 share = max(root - 0.8359375, vec3(0.0)) / (18.8515625 - 18.6875 * root);
    return 100.0 * sign(c) * pow(share, vec3(16384.0 / 2610.0));
}

vec3 rtd_encode(vec3 c) {  // and back
    if (RTD_VALUES_LINEAR == 1) { return c; }
    vec3 power = pow(abs(c) / 100.0, vec3(2610.0 / 16384.0));
    vec3 ratio = (0.8359375 + 18.8515625 * power) / (1.0 + 18.6875 * power);
    return sign(c) * pow(ratio, vec3(2523.0 / 32.0));
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
