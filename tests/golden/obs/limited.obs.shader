// rtdeconv: golden plan
//
// install  install the plugin obs-shaderfilter; in the source's Filters add User-defined shader;
//          check Load shader text from file and choose this file
// design   made by hand
//          for the tests
// input    image: the source's picture, premultiplied alpha;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    the first filter of a camera or capture, before scaling, colour correction and
//          sharpening
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; the checkbox values_linear says otherwise
// limit    at most 25 % beyond the range of the nine pixels around, channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     16 fetches in 1 pass
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//     -94    .   62    .   31
//       . -250 -125   62    .
//      62 -125 1656 -125   62
//       .   62 -125 -250    .
//      31    .   62    .    .

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
    Filter = Point;
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
#define rtd_at(dx, dy) rtd_encode(rtd_fetch(rtd_place(dx, dy)).rgb)

// value itself within low..high, beyond it bent: never further than share of the range
float3 rtd_limited(float3 value, float3 low, float3 high, float share) {
    float3 inside = clamp(value, low, high);
    float3 room = share * (high - low);
    float3 beyond = value - inside;
    return inside + beyond * room / sqrt(room * room + beyond * beyond + rtd_grey(0.000000000001));
}

float4 mainImage(VertData v_in) : TARGET {
    float4 original = image.SampleLevel(rtd_clamped, v_in.uv, 0.0);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_encode(original.rgb);
    float3 nw = rtd_at(-1.0, -1.0);
    float3 n = rtd_at(0.0, -1.0);
    float3 ne = rtd_at(1.0, -1.0);
    float3 w = rtd_at(-1.0, 0.0);
    float3 e = rtd_at(1.0, 0.0);
    float3 sw = rtd_at(-1.0, 1.0);
    float3 s = rtd_at(0.0, 1.0);
    float3 se = rtd_at(1.0, 1.0);
    float3 lowest = min(min(min(nw, n), min(ne, w)), min(min(centre, e), min(sw, min(s, se))));
    float3 highest = max(max(max(nw, n), max(ne, w)), max(max(centre, e), max(sw, max(s, se))));
    float3 filtered = 1.65625 * centre
        - 0.125 * (n + w + e + s)
        - 0.25 * (nw + se)
        + 0.0625 * (ne + sw + rtd_at(0.0, -2.0) + rtd_at(-2.0, 0.0) + rtd_at(2.0, 0.0)
                    + rtd_at(0.0, 2.0))
        - 0.09375 * rtd_at(-2.0, -2.0)
        + 0.03125 * (rtd_at(2.0, -2.0) + rtd_at(-2.0, 2.0));
    float3 limited = rtd_limited(filtered, lowest, highest, 0.25);
    return float4(rtd_decode(lerp(centre, limited, strength)), original.a);
}
