shader_type canvas_item;
render_mode unshaded, blend_disabled;
// rtdeconv: comb Laplacian of 2 bands, tunable, radial undoing gaussian:0.5 in the middle
// pass 2 of 2; lens.pass1.shader says how to use it

uniform sampler2D rtd_source;  // the picture to restore
uniform sampler2D rtd_image1;  // what pass 1 wrote, RGBA16F
// strength of the restoration, 0.0 (off) to 1.5
uniform float rtd_strength : hint_range(0.0, 1.5) = 1.0;
// blur in the middle, sigma in px, 0.0 to 2.0
uniform float rtd_sigma : hint_range(0.0, 2.0) = 0.5;
// blur in the corners, sigma in px, 0.0 to 2.0
uniform float rtd_sigma_at_edge : hint_range(0.0, 2.0) = 1.2;
// noise, sigma on the 0..1 scale, 0.0 to 0.1
uniform float rtd_noise : hint_range(0.0, 0.1) = 0.003921569;
const bool RTD_VALUES_LINEAR = false;  // true: values are linear; alike in every pass

vec2 rtd_size() {
    return vec2(textureSize(rtd_source, 0));
}

vec3 rtd_decode(vec3 c) {  // sRGB to linear
    if (RTD_VALUES_LINEAR) { return c; }
    vec3 curved = pow((max(c, vec3(0.04045)) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    if (RTD_VALUES_LINEAR) { return c; }
    vec3 curved = 1.055 * pow(max(c, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}

vec2 rtd_inside(vec2 at, vec2 size) {
    return clamp(at, vec2(0.5, 0.5), size - vec2(0.5, 0.5));
}

// the pixel dx to the right and dy down from the one being written
vec3 rtd_at1(vec2 here, float dx, float dy) {
    vec2 at = here + vec2(dx, dy);
    vec2 place = rtd_inside(at, rtd_size());
    return texelFetch(rtd_image1, ivec2(place), 0).rgb;
}

float rtd_radius2(vec2 at, vec2 size) {  // squared distance from the middle, 1 at corners
    vec2 away = 2.0 * at - size;
    return dot(away, away) / dot(size, size);
}

// What the two bands weigh for the least expected error under this noise and a Gaussian
// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all
// frequencies, a and r are sums of Gaussians in sigma.
vec2 rtd_coefficients(float sigma, float noise) {
    float blur = clamp(sigma, 0.3, 2.0);
    float power = noise * noise + 0.0000012815584;  // and rounding
    vec3 a = power * vec3(0.640625, 0.09472656, 0.07446289);
    vec2 r = power * vec2(-0.75, -0.1875);
    float g = exp(-0.2 * blur * blur);
    a += g * vec3(0.000010709544, 0.000039022954, 0.00014428579);
    r += g * vec2(0.0002598976, 0.0008667052);
    g = exp(-0.57707995 * blur * blur);
    a += g * vec3(0.000029318515, 0.00008472034, 0.00023760744);
    r += g * vec2(-0.000092682436, -0.00062699494);
    g = exp(-1.6651064 * blur * blur);
    a += g * vec3(0.00012586558, 0.00020450595, 0.0003479819);
    r += g * vec2(0.00025185343, 0.00008051221);
    g = exp(-4.8044977 * blur * blur);
    a += g * vec3(0.00036614566, 0.00010179631, -0.0000010364593);
    r += g * vec2(0.00018162247, -0.00028501774);
    g = exp(-13.862897 * blur * blur);
    a += g * vec3(0.001493404, 0.00024366792, 0.00031380498);
    r += g * vec2(-0.0009461817, -0.0001564886);
    g = exp(-40.0 * blur * blur);
    a += g * vec3(-0.00077051006, -0.00018915664, -0.00038291217);
    r += g * vec2(-0.00015284341, -0.00001019647);
    vec2 c = vec2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);
    return c * smoothstep(0.05, 0.3, sigma);  // sharp already: none
}

vec4 rtd_restored(vec2 here) {
    vec4 original = texelFetch(rtd_source, ivec2(here), 0);
    if (rtd_strength == 0.0) {  // selected, not computed: exactly the input
        return original;
    }
    vec3 centre = rtd_decode(original.rgb);
    float sigma = mix(rtd_sigma, rtd_sigma_at_edge, rtd_radius2(here, rtd_size()));
    vec2 c = rtd_coefficients(sigma, rtd_noise);
    vec3 band1 = centre - rtd_at1(here, 0.0, 0.0);
    vec3 band2 = 0.75 * rtd_at1(here, 0.0, 0.0)
        - 0.125 * (rtd_at1(here, 0.0, -2.0) + rtd_at1(here, -2.0, 0.0) + rtd_at1(here, 2.0, 0.0)
                   + rtd_at1(here, 0.0, 2.0))
        - 0.0625 * (rtd_at1(here, -2.0, -2.0) + rtd_at1(here, 2.0, -2.0)
                    + rtd_at1(here, -2.0, 2.0) + rtd_at1(here, 2.0, 2.0));
    vec3 filtered = centre + c.x * band1 + c.y * band2;
    return vec4(rtd_encode(mix(centre, filtered, rtd_strength)), original.a);
}

void fragment() {
    COLOR = rtd_restored(UV / SCREEN_PIXEL_SIZE);
}
