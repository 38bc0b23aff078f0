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

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear, as in HDR's scRGB
#endif

namespace rtd_comb2 {  // ReShade shares textures of one name between effects

uniform float rtd_strength <
    ui_type = "slider";
    ui_min = 0.0; ui_max = 1.5; ui_step = 0.01;
    ui_label = "Strength";
    ui_tooltip = "strength of the restoration, 0.0 (off) to 1.5";
> = 1.0;

texture rtd_picture : COLOR;  // the picture to restore
texture rtd_stored1 { Width = BUFFER_WIDTH; Height = BUFFER_HEIGHT; Format = RGBA32F; };

sampler rtd_source {
    Texture = rtd_picture;
    MinFilter = POINT; MagFilter = POINT; MipFilter = POINT;
    AddressU = CLAMP; AddressV = CLAMP;
};
sampler rtd_image1 {
    Texture = rtd_stored1;
    MinFilter = POINT; MagFilter = POINT; MipFilter = POINT;
    AddressU = CLAMP; AddressV = CLAMP;
};

#define rtd_size float2(BUFFER_WIDTH, BUFFER_HEIGHT)
#define rtd_texel(image, at) tex2Dlod(image, float4((at) / rtd_size, 0.0, 0.0))

float3 rtd_decode(float3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR == 1) { return c; }
    float3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, 2.4);
    return lerp(c / 12.92, curved, step(0.04045, c));
}

float3 rtd_encode(float3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR == 1) { return c; }
    float3 curved = 1.055 * pow(max(c, 0.0031308), 1.0 / 2.4) - 0.055;
    return lerp(c * 12.92, curved, step(0.0031308, c));
}

float2 rtd_inside(float2 at, float2 size) {
    return clamp(at, float2(0.5, 0.5), size - float2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
#define rtd_moved(dx, dy) (position.xy + float2(dx, dy))
#define rtd_place(dx, dy) rtd_inside(rtd_moved(dx, dy), rtd_size)
#define rtd_at(dx, dy) rtd_decode(rtd_texel(rtd_source, rtd_place(dx, dy)).rgb)
#define rtd_at1(dx, dy) rtd_texel(rtd_image1, rtd_place(dx, dy)).rgb

void rtd_triangle(in uint id : SV_VertexID, out float4 position : SV_Position) {
    position = float4(id == 2 ? 3.0 : -1.0, id == 1 ? -3.0 : 1.0, 0.0, 1.0);
}

float4 rtd_pass1(float4 position : SV_Position) : SV_Target {
    float3 filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    return float4(filtered, 1.0);
}

float4 rtd_pass2(float4 position : SV_Position) : SV_Target {
    float4 original = rtd_texel(rtd_source, position.xy);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_decode(original.rgb);
    float3 filtered = 1.75 * centre
        - 0.375 * rtd_at1(0, 0)
        - 0.0625 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.03125 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    return float4(rtd_encode(lerp(centre, filtered, rtd_strength)), original.a);
}

technique rtd_comb2 <
    ui_label = "rtdeconv: comb2";
    ui_tooltip = "golden plan;\n"
                 "first in the list, before sharpening, grain and whatever draws over the picture";
> {
    pass { VertexShader = rtd_triangle; PixelShader = rtd_pass1; RenderTarget = rtd_stored1; }
    pass { VertexShader = rtd_triangle; PixelShader = rtd_pass2; }
}

}  // rtd_comb2
