// rtdeconv: 17 bilinear fetches undoing disk:1.5
//
// install  paste the texts into the tabs Common, Buffer A and Image;
//          in all but Common set iChannel0: the picture; iChannel1: Buffer A, filter linear
// design   noise 2/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.1 dB, 0.3 dB below the full Wiener filter
// input    iChannel0, pixel by pixel from the lower left;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    right after the blur, before scaling, sharpening, film grain and overlays
// light    linear light is added up, by the exact sRGB curve
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     18 fetches in 2 passes; 16 of them bilinear
//          pass 1 only decodes, so that bilinear fetches mix linear light
// remake   rtdeconv export disk:1.5 --noise 2/255 --method fetch --taps 17 --to shadertoy
//
// pass 2, taps on the image of pass 1 in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .  -18  -33    .    .    .    .
//       .    .    .    .    .   36    5    .    .    .    .
//       .    .    .    .    .  139  168    .    .    .    .
//       .    .    .    .    . -531 -283    .    .    .    .
//     -33    5  168 -283  107  612  107    .    .    .    .
//     -18   36  139 -531  612  196  612 -531  139   36  -18
//       .    .    .    .  107  612  107 -283  168    5  -33
//       .    .    .    . -283 -531    .    .    .    .    .
//       .    .    .    .  168  139    .    .    .    .    .
//       .    .    .    .    5   36    .    .    .    .    .
//       .    .    .    .  -33  -18    .    .    .    .    .

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec4 original = rtd_texel(iChannel0, rtd_here);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        fragColor = original;
        return;
    }
    vec3 centre = rtd_decode(original.rgb);
    vec3 filtered = 0.1964159 * centre
        + 0.7184036 * (rtd_between1(0.1484375, -1.0) + rtd_between1(-1.0, -0.1484375)
                       + rtd_between1(1.0, 0.1484375) + rtd_between1(-0.1484375, 1.0))
        - 0.8143399 * (rtd_between1(0.34765625, -2.0) + rtd_between1(-2.0, -0.34765625)
                       + rtd_between1(2.0, 0.34765625) + rtd_between1(-0.34765625, 2.0))
        + 0.5137346 * (rtd_between1(0.546875, -3.4023438) + rtd_between1(-3.4023438, -0.546875)
                       + rtd_between1(3.4023438, 0.546875) + rtd_between1(-0.546875, 3.4023438))
        - 0.21690226 * (rtd_between1(0.65234375, -4.234375) + rtd_between1(-4.234375, -0.65234375)
                        + rtd_between1(4.234375, 0.65234375) + rtd_between1(-0.65234375, 4.234375));
    fragColor = vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}
