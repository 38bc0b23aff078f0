// rtdeconv: golden plan
//
// install  paste the texts into the tabs Common, Buffer A and Image;
//          in all but Common set iChannel0: the picture; iChannel1: Buffer A
// design   made by hand
//          for the tests
// input    iChannel0, pixel by pixel from the lower left;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     19 fetches in 2 passes
//          10 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     62 125  62
//    125 250 125
//     62 125  62
//
// pass 2, centre of the source: 1750 thousandths
//
// pass 2, taps on the image of pass 1 in thousandths, 2 px apart:
//     -31  -62  -31
//     -62 -375  -62
//     -31  -62  -31

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec4 original = rtd_texel(iChannel0, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        fragColor = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 1.75 * centre
        - 0.375 * rtd_at1(0, 0)
        - 0.0625 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.03125 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    fragColor = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}
