// Buffer A of tunable.image.glsl

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec3 filtered = 0.25 * (rtd_between(-0.5, -0.5) + rtd_between(0.5, -0.5)
                            + rtd_between(-0.5, 0.5) + rtd_between(0.5, 0.5));
    fragColor = vec4(filtered, 1.0);
}
