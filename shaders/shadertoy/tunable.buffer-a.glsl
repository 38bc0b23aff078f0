// Buffer A of tunable.image.glsl

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec3 filtered = 0.25 * rtd_at(0, 0)
        + 0.125 * (rtd_at(0, -1) + rtd_at(-1, 0) + rtd_at(1, 0) + rtd_at(0, 1))
        + 0.0625 * (rtd_at(-1, -1) + rtd_at(1, -1) + rtd_at(-1, 1) + rtd_at(1, 1));
    fragColor = vec4(filtered, 1.0);
}
