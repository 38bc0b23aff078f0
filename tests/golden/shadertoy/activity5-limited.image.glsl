// rtdeconv: golden plan
//
// install  paste the texts into the tabs Common, Buffer A and Image;
//          in all but Common set iChannel0: the picture; iChannel1: Buffer A, filter linear
// design   made by hand
//          for the tests
// input    iChannel0, pixel by pixel from the lower left;
//          values above 1 are kept, alpha is copied
//          image 1: structure from -2000.0 to 42000.0, three channels: RGBA16F, filtered LINEAR
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// adapts   taps follow how much happens around a pixel, in units of what noise alone would be:
//          class 0 at 0.25 and below, class 4 at 256.0 and above, in equal ratios between,
//          noise alone at 0.8; weights lie on straight lines between classes
//          beside clipped highlights nothing goes beyond the range of the pixels around
// limit    at most 25 % beyond the range of the nine pixels around, by luma, all channels alike
// border   clamp: positions outside read the nearest edge pixel
// cost     39 fetches in 2 passes; 4 of them bilinear
// remake   rtdeconv export
//
// pass 2, class 0, the calmest: taps in thousandths:
//      8  -4 -16  -4   8
//     -4  31  47  31  -4
//    -16  47 750  47 -16
//     -4  31  47  31  -4
//      8  -4 -16  -4   8
//
// pass 2, class 4, the most active: taps in thousandths:
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
    vec3 lowest = min(min(min(nw, n), min(ne, w)), min(min(centre, e), min(sw, min(s, se))));
    vec3 highest = max(max(max(nw, n), max(ne, w)), max(max(centre, e), max(sw, max(s, se))));
    vec3 mean = 0.2 * (rtd_at1(0, 0) + rtd_between1(-1.203125, -1.203125)
                       + rtd_between1(1.203125, -1.203125) + rtd_between1(-1.203125, 1.203125)
                       + rtd_between1(1.203125, 1.203125));
    // the class, from 0.0, calmer than noise, to 4.0; rise: the steps climbed
    float level = log2(clamp(mean.z, 0.25, 256.0)) * 0.4 + 0.8;
    vec4 rise = clamp(level - vec4(0.0, 1.0, 2.0, 3.0), vec4(0.0), vec4(1.0));
    vec2 seen = mean.xy / (mean.z + 0.5);
    // bands are 0 where all is flat; how much of each is added follows the class
    vec3 adapted = centre;
    float weight1 = -0.1875 + dot(rise, vec4(0.1875, 0.375, 0.28125, 0.09375));
    vec3 band1 = centre - 0.25 * (n + w + e + s);
    adapted += weight1 * band1;
    float weight2 = -0.125 + dot(rise, vec4(0.125, 0.25, 0.1875, 0.0625));
    vec3 band2 = centre - 0.25 * (nw + ne + sw + se);
    adapted += weight2 * band2;
    float weight3 = 0.0625 + dot(rise, vec4(-0.0625, -0.125, -0.09375, -0.03125));
    vec3 band3 = centre - 0.25 * (rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0) + rtd_at(0, 2));
    adapted += weight3 * band3;
    float weight4 = 0.03125 + dot(rise, vec4(-0.03125, -0.0625, -0.046875, -0.015625));
    vec3 band4 = centre
        - 0.125 * (rtd_at(-1, -2) + rtd_at(1, -2) + rtd_at(-2, -1) + rtd_at(2, -1) + rtd_at(-2, 1)
                   + rtd_at(2, 1) + rtd_at(-1, 2) + rtd_at(1, 2));
    adapted += weight4 * band4;
    float weight5 = -0.03125 + dot(rise, vec4(0.03125, 0.0625, 0.046875, 0.015625));
    vec3 band5 = centre - 0.25 * (rtd_at(-2, -2) + rtd_at(2, -2) + rtd_at(-2, 2) + rtd_at(2, 2));
    adapted += weight5 * band5;
    // beside clipped highlights within the range of the pixels around
    float held = clamp(seen.x - 1.0, 0.0, 1.0);
    vec3 filtered = mix(adapted, clamp(adapted, lowest, highest), held);
    vec3 luma = vec3(0.299, 0.587, 0.114);
    vec3 above = vec3(dot(nw, luma), dot(n, luma), dot(ne, luma));
    vec3 beside = vec3(dot(w, luma), dot(centre, luma), dot(e, luma));
    vec3 below = vec3(dot(sw, luma), dot(s, luma), dot(se, luma));
    vec3 least = min(above, min(beside, below));
    float darkest = min(least.x, min(least.y, least.z));
    vec3 most = max(above, max(beside, below));
    float brightest = max(most.x, max(most.y, most.z));
    float was = dot(filtered, luma);
    float kept = rtd_limited(was, darkest, brightest, 0.25);
    vec3 limited = filtered + (kept - was);
    fragColor = vec4(rtd_decode(mix(centre, limited, rtd_strength)), original.a);
}
