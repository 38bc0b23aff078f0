// rtdeconv: comb Laplacian of 2 bands, tunable undoing gaussian:0.8
//
// install  paste the texts into the tabs Common, Buffer A and Image;
//          in all but Common set iChannel0: the picture; iChannel1: Buffer A
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          up to 1 px of blur at most 0.008 dB behind a fit of its own
//          fitted for the least expected squared error
//          expected under that prior: +2.7 dB, 0.4 dB below the full Wiener filter
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
//          weights of the bands at every pixel: 6 exponentials
// remake   rtdeconv export gaussian:0.8 --method tunable --terms 2 --to shadertoy
//
// pass 1, taps on the source in thousandths:
//     62 125  62
//    125 250 125
//     62 125  62
//
// pass 2, band 1, centre of the source: 1000 thousandths
//
// pass 2, band 1, centre of the image of pass 1: -1000 thousandths
//
// pass 2, band 2, taps on the image of pass 1 in thousandths, 2 px apart:
//     -62 -125  -62
//    -125  750 -125
//     -62 -125  -62

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec4 original = rtd_texel(iChannel0, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        fragColor = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec2 c = rtd_coefficients(rtd_sigma, rtd_noise);
    vec3 band1 = centre - rtd_at1(0, 0);
    vec3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    fragColor = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}
