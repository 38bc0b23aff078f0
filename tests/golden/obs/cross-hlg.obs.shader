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
// light    the light of the scene is added up, by the exact HLG curve (ARIB STD-B67)
//          values are taken as HLG-encoded; the checkbox values_linear says otherwise
// border   clamp: positions outside read the nearest edge pixel
// cost     5 fetches in 1 pass
//          5 of them decoded, none where values arrive linear
// remake   rtdeconv export
//
// pass 1, taps on the source in thousandths:
//       . -250    .
//    -250 2000 -250
//       . -250    .

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

float3 rtd_decode(float3 c) {  // HLG to the light of the scene
    if (values_linear) { return c; }
    float3 size = abs(c);
    float3 curved = (exp((max(size, rtd_grey(0.5)) - 0.5599107) / 0.17883277) + 0.28466892) / 12.0;
    return sign(c) * lerp(size * size / 3.0, curved, step(rtd_grey(0.5), size));
}

float3 rtd_encode(float3 c) {  // and back
    if (values_linear) { return c; }
    float3 size = abs(c);
    float3 curved = 0.17883277 * log(max(12.0 * size, rtd_grey(1.0)) - 0.28466892) + 0.5599107;
    return sign(c) * lerp(sqrt(3.0 * size), curved, step(rtd_grey(1.0 / 12.0), size));
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (v_in.uv * uv_size + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), uv_size)
#define rtd_at(dx, dy) rtd_decode(rtd_fetch(rtd_place(dx, dy)).rgb)

float4 mainImage(VertData v_in) : TARGET {
    float4 original = image.SampleLevel(rtd_clamped, v_in.uv, 0.0);
    if (strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = 2.0 * centre
        - 0.25 * (rtd_at(0.0, -1.0) + rtd_at(-1.0, 0.0) + rtd_at(1.0, 0.0) + rtd_at(0.0, 1.0));
    return float4(rtd_encode(lerp(centre, filtered, strength)), original.a);
}
