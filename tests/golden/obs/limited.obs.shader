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
// limit    results leave the 3x3 pixels' range by at most 25 % of it and
//          3.0 times what a peak or line stands out by; channel by channel
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass
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

// value as it is within low..high; a soft knee beyond, which stops short of up and down
float3 rtd_limited(float3 value, float3 low, float3 high, float3 up, float3 down) {
    float3 over = max(value - high, rtd_grey(0.0));
    float3 under = max(low - value, rtd_grey(0.0));
    float3 risen = over * up / sqrt(up * up + over * over + 0.000000000001);
    float3 fallen = under * down / sqrt(down * down + under * under + 0.000000000001);
    return clamp(value, low, high) + risen - fallen;
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
    float3 nw2 = rtd_at(-2.0, -2.0);
    float3 n2 = rtd_at(0.0, -2.0);
    float3 ne2 = rtd_at(2.0, -2.0);
    float3 w2 = rtd_at(-2.0, 0.0);
    float3 e2 = rtd_at(2.0, 0.0);
    float3 sw2 = rtd_at(-2.0, 2.0);
    float3 s2 = rtd_at(0.0, 2.0);
    float3 se2 = rtd_at(2.0, 2.0);
    float3 lowest = min(min(nw, n), min(ne, w));
    lowest = min(lowest, min(min(centre, e), min(sw, min(s, se))));
    float3 highest = max(max(nw, n), max(ne, w));
    highest = max(highest, max(max(centre, e), max(sw, max(s, se))));
    float3 filtered = 1.65625 * centre
        - 0.125 * (n + w + e + s)
        - 0.25 * (nw + se)
        + 0.0625 * (ne + sw + n2 + w2 + e2 + s2)
        - 0.09375 * nw2
        + 0.03125 * (ne2 + sw2);
    // room beyond the range: a share of it, and more where the pixel stands out from both
    // sides, each of two pixels: a peak or a line, but no step's shoulder
    float3 saddle = max(min(nw, nw2), min(se, se2));
    saddle = min(saddle, max(min(n, n2), min(s, s2)));
    saddle = min(saddle, max(min(ne, ne2), min(sw, sw2)));
    saddle = min(saddle, max(min(w, w2), min(e, e2)));
    float3 valley = min(max(nw, nw2), max(se, se2));
    valley = max(valley, min(max(n, n2), max(s, s2)));
    valley = max(valley, min(max(ne, ne2), max(sw, sw2)));
    valley = max(valley, min(max(w, w2), max(e, e2)));
    float3 room = 0.25 * (highest - lowest);
    float3 up = room + 3.0 * max(centre - saddle, rtd_grey(0.0));
    float3 down = room + 3.0 * max(valley - centre, rtd_grey(0.0));
    float3 limited = rtd_limited(filtered, lowest, highest, up, down);
    return float4(rtd_decode(lerp(centre, limited, strength)), original.a);
}
