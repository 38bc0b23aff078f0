// rtdeconv: golden plan
//
// install  copy it to reshade-shaders/Shaders, reload, tick it in the list of effects;
//          it needs no other file
// design   made by hand
//          for the tests
// input    the back buffer: what the game shows, its interface included;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    first in the list, before sharpening, grain and whatever draws over the picture
//          switch the game's own sharpening and film grain off: they come before ReShade
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
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

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear, as in HDR's scRGB
#endif

namespace rtd_fir5_encoded {  // ReShade shares textures of one name between effects

uniform float rtd_strength <
    ui_type = "slider";
    ui_min = 0.0; ui_max = 1.5; ui_step = 0.01;
    ui_label = "Strength";
    ui_tooltip = "strength of the restoration, 0.0 (off) to 1.5";
> = 1.0;

texture rtd_picture : COLOR;  // the picture to restore

sampler rtd_source {
    Texture = rtd_picture;
    MinFilter = POINT; MagFilter = POINT; MipFilter = POINT;
    AddressU = CLAMP; AddressV = CLAMP;
};

#define rtd_size float2(BUFFER_WIDTH, BUFFER_HEIGHT)
#define rtd_texel(image, at) tex2Dlod(image, float4((at) / rtd_size, 0.0, 0.0))

float3 rtd_decode(float3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR != 1) { return c; }
    float3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, 2.4);
    return lerp(c / 12.92, curved, step(0.04045, c));
}

float3 rtd_encode(float3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR != 1) { return c; }
    float3 curved = 1.055 * pow(max(c, 0.0031308), 1.0 / 2.4) - 0.055;
    return lerp(c * 12.92, curved, step(0.0031308, c));
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (position.xy + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_encode(rtd_texel(rtd_source, rtd_place(dx, dy)).rgb)

void rtd_triangle(in uint id : SV_VertexID, out float4 position : SV_Position) {
    position = float4(id == 2 ? 3.0 : -1.0, id == 1 ? -3.0 : 1.0, 0.0, 1.0);
}

float4 rtd_pass1(float4 position : SV_Position) : SV_Target {
    float4 original = rtd_texel(rtd_source, position.xy);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_encode(original.rgb);
    float3 filtered = 1.65625 * centre
        - 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        - 0.25 * (rtd_at(-1, -1) + rtd_at(1, 1))
        + 0.0625 * (rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(0, -2) + rtd_at(-2, 0) + rtd_at(2, 0)
                    + rtd_at(0, 2))
        - 0.09375 * rtd_at(-2, -2)
        + 0.03125 * (rtd_at(2, -2) + rtd_at(-2, 2));
    return float4(rtd_decode(lerp(centre, filtered, rtd_strength)), original.a);
}

technique rtd_fir5_encoded <
    ui_label = "rtdeconv: fir5-encoded";
    ui_tooltip = "golden plan;\n"
                 "first in the list, before sharpening, grain and whatever draws over the picture";
> {
    pass { VertexShader = rtd_triangle; PixelShader = rtd_pass1; }
}

}  // rtd_fir5_encoded
