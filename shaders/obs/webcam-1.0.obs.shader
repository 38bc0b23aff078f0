// rtdeconv: 13 bilinear fetches undoing gaussian:1
//
// install  install the plugin obs-shaderfilter; in the source's Filters add User-defined shader;
//          check Load shader text from file and choose this file
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +2.4 dB, 0.2 dB below the full Wiener filter
// input    image: the source's picture, premultiplied alpha;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    the first filter of a camera or capture, before scaling, colour correction and
//          sharpening
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; the checkbox values_linear says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     13 fetches in 1 pass; 12 of them bilinear
// remake   rtdeconv export gaussian:1 --method fetch --taps 13 --light encoded --to obs
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    .    .    .    .
//       .    .   24  166    .    .    .   -2   -3
//       .    .  108 -317 -248    .  143   94 -109
//       .    .    . -417  328 -437 -474  328    .
//       .    . -290  376 2462  376 -290    .    .
//       .  328 -474 -437  328 -417    .    .    .
//    -109   94  143    . -248 -317  108    .    .
//      -3   -2    .    .    .  166   24    .    .
//       .    .    .    .    .    .    .    .    .

uniform float strength<
    string label = "Strength of the restoration";
    string widget_type = "slider";
    float minimum = 0.0;
    float maximum = 1.5;
    float step = 0.01;
> = 1.0;

uniform bool values_linear<
    string label = "Values arrive linear (HDR sources)";
> = false;

sampler_state rtd_clamped {
    Filter = Linear;
    AddressU = Clamp;
    AddressV = Clamp;
};

float4 rtd_fetch(float2 at) {
    return image.SampleLevel(rtd_clamped, at / uv_size, 0.0);
}

float3 rtd_grey(float value) {
    return float3(value, value, value);
}

float3 rtd_decode(float3 c) {  // sRGB to linear
    if (!values_linear) { return c; }
    float3 curved = pow((max(c, rtd_grey(0.04045)) + 0.055) / 1.055, rtd_grey(2.4));
    return lerp(c / 12.92, curved, step(rtd_grey(0.04045), c));
}

float3 rtd_encode(float3 c) {  // linear to sRGB
    if (!values_linear) { return c; }
    float3 curved = 1.055 * pow(max(c, rtd_grey(0.0031308)), rtd_grey(1.0 / 2.4)) - 0.055;
    return lerp(c * 12.92, curved, step(rtd_grey(0.0031308), c));
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (v_in.uv * uv_size + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), uv_size)
#define rtd_between(dx, dy) rtd_encode(rtd_fetch(rtd_place(dx, dy)).rgb)

float4 mainImage(VertData v_in) : TARGET {
    float4 original = image.SampleLevel(rtd_clamped, v_in.uv, 0.0);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_encode(original.rgb);
    float3 filtered = 0.69781494 * centre
        + 2.2304182 * (rtd_between(-0.3828125, -0.359375) + rtd_between(0.3828125, 0.359375))
        - 1.6398153 * (rtd_between(1.6289062, -0.71875) + rtd_between(-1.6289062, 0.71875))
        - 2.2129936 * (rtd_between(-0.8125, -1.5976562) + rtd_between(0.8125, 1.5976562))
        + 1.0557432 * (rtd_between(-1.125, -2.1796875) + rtd_between(1.125, 2.1796875))
        + 0.91290283 * (rtd_between(2.5507812, -1.3476562) + rtd_between(-2.5507812, 1.3476562))
        - 0.19516277 * (rtd_between(3.5742188, -2.0273438) + rtd_between(-3.5742188, 2.0273438));
    return float4(rtd_decode(lerp(centre, filtered, strength)), original.a);
}
