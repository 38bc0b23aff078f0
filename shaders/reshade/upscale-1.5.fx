// rtdeconv: 17 bilinear fetches undoing upscale:1.5:bilinear
//
// install  copy it to reshade-shaders/Shaders, reload, tick it in the list of effects;
//          it needs no other file
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          fitted for the least expected squared error
//          expected under that prior: +1.2 dB, 0.3 dB below the full Wiener filter
// input    the back buffer: what the game shows, its interface included;
//          values above 1 are kept, alpha is copied
// output   below 0 beside strong edges where the target can hold that; an infinity or
//          NaN spreads as far as the taps reach
// place    first in the list, before sharpening, grain and whatever draws over the picture
//          switch the game's own sharpening and film grain off: they come before ReShade
// light    display-encoded values are added up as they are
//          values are taken as sRGB-encoded; RTD_VALUES_LINEAR says otherwise
//          (bilinear fetches mix values as they arrive: it is then an approximation)
// border   clamp: positions outside read the nearest edge pixel
// cost     17 fetches in 1 pass; 14 of them bilinear
// remake   rtdeconv export upscale:1.5:bilinear --method fetch --taps 17 --light encoded --to reshade
//
// pass 1, taps on the source in thousandths, its bilinear fetches taken together:
//       .    .    .    .    .    4   58    .    .    .    .    .    .
//       .    .    .    .    .  -12 -157    .    .    .    .    .    .
//       .    .    .    .    .   12  153    .    .    .    .    .    .
//       .    .    .    .    .    4   52    .    .    .    .    .    .
//       .    .    .    .    .  -27 -331    .    .    .    .    .    .
//       .    .    6    4  -25   60  246    .    .    .    .    .    .
//       .  -67  100   70 -334  246  875  246 -334   70  100  -67    .
//       .    .    .    .    .    .  246   60  -25    4    6    .    .
//       .    .    .    .    .    . -331  -27    .    .    .    .    .
//       .    .    .    .    .    .   52    4    .    .    .    .    .
//       .    .    .    .    .    .  153   12    .    .    .    .    .
//       .    .    .    .    .    . -157  -12    .    .    .    .    .
//       .    .    .    .    .    .   58    4    .    .    .    .    .

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear, as in HDR's scRGB
#endif

namespace rtd_upscale_1_5 {  // ReShade shares textures of one name between effects

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
sampler rtd_source_between {
    Texture = rtd_picture;
    MinFilter = LINEAR; MagFilter = LINEAR; MipFilter = POINT;
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
#define rtd_between(dx, dy) rtd_encode(rtd_texel(rtd_source_between, rtd_place(dx, dy)).rgb)

void rtd_triangle(in uint id : SV_VertexID, out float4 position : SV_Position) {
    position = float4(id == 2 ? 3.0 : -1.0, id == 1 ? -3.0 : 1.0, 0.0, 1.0);
}

float4 rtd_pass1(float4 position : SV_Position) : SV_Target {
    float4 original = rtd_texel(rtd_source, position.xy);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    float3 centre = rtd_encode(original.rgb);
    float3 filtered = -1.1507254 * centre
        + 1.5642562 * (rtd_between(-0.1953125, -0.1953125) + rtd_between(0.1953125, 0.1953125))
        - 0.35940313 * (rtd_between(-2.0, -0.0703125) + rtd_between(2.0, 0.0703125))
        - 0.35755634 * (rtd_between(-0.07421875, -2.0) + rtd_between(0.07421875, 2.0))
        + 0.18031359 * (rtd_between(-3.5898438, -0.05859375) + rtd_between(3.5898438, 0.05859375))
        + 0.221766 * (rtd_between(-0.07421875, -3.7460938) + rtd_between(0.07421875, 3.7460938))
        - 0.06682587 * (rtd_at(-5, 0) + rtd_at(5, 0))
        - 0.16839504 * (rtd_between(-0.0703125, -5.0) + rtd_between(0.0703125, 5.0))
        + 0.061207294 * (rtd_between(-0.05859375, -6.0) + rtd_between(0.05859375, 6.0));
    return float4(rtd_decode(lerp(centre, filtered, rtd_strength)), original.a);
}

technique rtd_upscale_1_5 <
    ui_label = "rtdeconv: upscale-1.5";
    ui_tooltip = "17 bilinear fetches undoing upscale:1.5:bilinear;\n"
                 "first in the list, before sharpening, grain and whatever draws over the picture";
> {
    pass { VertexShader = rtd_triangle; PixelShader = rtd_pass1; }
}

}  // rtd_upscale_1_5
