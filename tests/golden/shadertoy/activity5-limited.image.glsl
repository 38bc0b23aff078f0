// rtdeconv: golden plan
//
// install  paste the texts into the tabs Common, Buffer A and Image;
//          in all but Common set iChannel0: the picture; iChannel1: Buffer A, filter linear
// design   made by hand
//          for the tests
// input    iChannel0, pixel by pixel from the lower left;
//          values above 1 are kept, alpha is copied
//          image 1: structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// adapts   taps follow the activity around a pixel, its energy over that of the noise alone:
//          class 0 is at 0.25 and below, class 4 at 256.0 and above, others at equal ratios between
//          (noise alone: class 0.8); from class to class weights are interpolated linearly
//          beside clipped highlights nothing leaves the range of the 3x3 pixels
// limit    results leave the 3x3 pixels' range by at most 25 % of it and
//          3.0 times what a peak or line stands out by; by luma, all channels alike
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export
//
// pass 2, class 0, the calmest, taps on the source in thousandths:
//      8  -4 -16  -4   8
//     -4  31  47  31  -4
//    -16  47 750  47 -16
//     -4  31  47  31  -4
//      8  -4 -16  -4   8
//
// pass 2, class 4, the most active, taps on the source in thousandths:
//     -31   16   62   16  -31
//      16 -125 -188 -125   16
//      62 -188 2000 -188   62
//      16 -125 -188 -125   16
//     -31   16   62   16  -31

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec4 original = rtd_texel(iChannel0, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        fragColor = original;
        return;
    }
    vec3 centre = rtd_encode(original.rgb);
    vec3 nw = rtd_at(-1, -1);
    vec3 n = rtd_at(0, -1);
    vec3 ne = rtd_at(1, -1);
    vec3 w = rtd_at(-1, 0);
    vec3 e = rtd_at(1, 0);
    vec3 sw = rtd_at(-1, 1);
    vec3 s = rtd_at(0, 1);
    vec3 se = rtd_at(1, 1);
    vec3 nw2 = rtd_at(-2, -2);
    vec3 n2 = rtd_at(0, -2);
    vec3 ne2 = rtd_at(2, -2);
    vec3 w2 = rtd_at(-2, 0);
    vec3 e2 = rtd_at(2, 0);
    vec3 sw2 = rtd_at(-2, 2);
    vec3 s2 = rtd_at(0, 2);
    vec3 se2 = rtd_at(2, 2);
    vec3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                       + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                       + rtd_between1(1.203125, 1.203125));
    // class of activity, 0.0 to 4.0; rise: how far the steps between are climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    // bands, each 0 on flat ground, under weights that follow the class
    vec3 adapted = centre;
    float weight1 = -0.1875 + dot(rise, vec4(0.1875, 0.375, 0.28125, 0.09375));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125 + dot(rise, vec4(0.125, 0.25, 0.1875, 0.0625));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625 + dot(rise, vec4(-0.0625, -0.125, -0.09375, -0.03125));
    vec3 band3 = centre - 0.25 * (n2 + w2 + e2 + s2);
    adapted += weight3 * band3;
    float weight4 = 0.03125 + dot(rise, vec4(-0.03125, -0.0625, -0.046875, -0.015625));
    vec3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = -0.03125 + dot(rise, vec4(0.03125, 0.0625, 0.046875, 0.015625));
    vec3 band5 = centre - 0.25 * (nw2 + ne2 + sw2 + se2);
    adapted += weight5 * band5;
    // beside clipped highlights held within the range of the 3x3 pixels
    float held = clamp(mean.z / 1000.0 - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    vec3 luma = vec3(0.299, 0.587, 0.114);
    float y_nw = dot(nw, luma);
    float y_n = dot(n, luma);
    float y_ne = dot(ne, luma);
    float y_w = dot(w, luma);
    float y_centre = dot(centre, luma);
    float y_e = dot(e, luma);
    float y_sw = dot(sw, luma);
    float y_s = dot(s, luma);
    float y_se = dot(se, luma);
    float y_nw2 = dot(nw2, luma);
    float y_n2 = dot(n2, luma);
    float y_ne2 = dot(ne2, luma);
    float y_w2 = dot(w2, luma);
    float y_e2 = dot(e2, luma);
    float y_sw2 = dot(sw2, luma);
    float y_s2 = dot(s2, luma);
    float y_se2 = dot(se2, luma);
    float darkest = min(min(y_nw, y_n), min(y_ne, y_w));
    darkest = min(darkest, min(min(y_centre, y_e), min(y_sw, min(y_s, y_se))));
    float brightest = max(max(y_nw, y_n), max(y_ne, y_w));
    brightest = max(brightest, max(max(y_centre, y_e), max(y_sw, max(y_s, y_se))));
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    float saddle = max(min(y_nw, y_nw2), min(y_se, y_se2));
    saddle = min(saddle, max(min(y_n, y_n2), min(y_s, y_s2)));
    saddle = min(saddle, max(min(y_ne, y_ne2), min(y_sw, y_sw2)));
    saddle = min(saddle, max(min(y_w, y_w2), min(y_e, y_e2)));
    float valley = min(max(y_nw, y_nw2), max(y_se, y_se2));
    valley = max(valley, min(max(y_n, y_n2), max(y_s, y_s2)));
    valley = max(valley, min(max(y_ne, y_ne2), max(y_sw, y_sw2)));
    valley = max(valley, min(max(y_w, y_w2), max(y_e, y_e2)));
    float room = 0.25 * (brightest - darkest);
    float up = room + 3.0 * max(y_centre - saddle, 0.0);
    float down = room + 3.0 * max(valley - y_centre, 0.0);
    float was = dot(filtered, luma);
    float kept = rtd_limited(was, darkest, brightest, up, down);
    vec3 limited = filtered + (kept - was);
    fragColor = vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}
