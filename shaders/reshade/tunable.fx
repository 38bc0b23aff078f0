// rtdeconv: comb Laplacian of 2 bands, tunable undoing gaussian:0.8
//
// install  copy it to reshade-shaders/Shaders, reload, tick it in the list of effects;
//          it needs no other file
// design   noise 1/255 and 8-bit rounding, prior ar1 of variance 0.05
//          up to 1 px of blur at most 0.008 dB behind a fit of its own
//          fitted for the least expected squared error
//          expected under that prior: +2.7 dB, 0.4 dB below the full Wiener filter
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
//          weights of the bands at every pixel: 6 exponentials
// remake   rtdeconv export gaussian:0.8 --method tunable --terms 2 --to reshade
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

#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0  // 1: values arrive linear, as in HDR's scRGB
#endif

namespace rtd_tunable {  // ReShade shares textures of one name between effects

uniform float rtd_strength <
    ui_type = "slider";
    ui_min = 0.0; ui_max = 1.5; ui_step = 0.01;
    ui_label = "Strength";
    ui_tooltip = "strength of the restoration, 0.0 (off) to 1.5";
> = 1.0;

uniform float rtd_sigma <
    ui_type = "slider";
    ui_min = 0.0; ui_max = 2.0; ui_step = 0.01;
    ui_label = "Sigma";
    ui_tooltip = "blur, sigma in px, 0.0 to 2.0";
> = 0.8;

uniform float rtd_noise <
    ui_type = "slider";
    ui_min = 0.0; ui_max = 0.1; ui_step = 0.001;
    ui_label = "Noise";
    ui_tooltip = "noise, sigma on the 0..1 scale, 0.0 to 0.1";
> = 0.003921569;

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

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
float2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000012815584;  // and rounding
    float3 a = power * float3(0.640625, 0.09472656, 0.07446289);
    float2 r = power * float2(-0.75, -0.1875);
    float g = exp(-0.2 * blur * blur);
    a += g * float3(0.000010709544, 0.000039022954, 0.00014428579);
    r += g * float2(0.0002598976, 0.0008667052);
    g = exp(-0.57707995 * blur * blur);
    a += g * float3(0.000029318515, 0.00008472034, 0.00023760744);
    r += g * float2(-0.000092682436, -0.00062699494);
    g = exp(-1.6651064 * blur * blur);
    a += g * float3(0.00012586558, 0.00020450595, 0.0003479819);
    r += g * float2(0.00025185343, 0.00008051221);
    g = exp(-4.8044977 * blur * blur);
    a += g * float3(0.00036614566, 0.00010179631, -0.0000010364593);
    r += g * float2(0.00018162247, -0.00028501774);
    g = exp(-13.862897 * blur * blur);
    a += g * float3(0.001493404, 0.00024366792, 0.00031380498);
    r += g * float2(-0.0009461817, -0.0001564886);
    g = exp(-40.0 * blur * blur);
    a += g * float3(-0.00077051006, -0.00018915664, -0.00038291217);
    r += g * float2(-0.00015284341, -0.00001019647);
    float2 c = float2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

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
    float2 c = rtd_coefficients(rtd_sigma, rtd_noise);
    float3 band1 = centre - rtd_at1(0, 0);
    float3 band2 = 0.75 * rtd_at1(0, 0)
        - 0.125 * (rtd_at1(0, -2) + rtd_at1(-2, 0) + rtd_at1(2, 0) + rtd_at1(0, 2))
        - 0.0625 * (rtd_at1(-2, -2) + rtd_at1(2, -2) + rtd_at1(-2, 2) + rtd_at1(2, 2));
    float3 filtered = centre + c.x * band1 + c.y * band2;
    return float4(rtd_encode(lerp(centre, filtered, rtd_strength)), original.a);
}

technique rtd_tunable <
    ui_label = "rtdeconv: tunable";
    ui_tooltip = "comb Laplacian of 2 bands, tunable undoing gaussian:0.8;\n"
                 "first in the list, before sharpening, grain and whatever draws over the picture";
> {
    pass { VertexShader = rtd_triangle; PixelShader = rtd_pass1; RenderTarget = rtd_stored1; }
    pass { VertexShader = rtd_triangle; PixelShader = rtd_pass2; }
}

}  // rtd_tunable
