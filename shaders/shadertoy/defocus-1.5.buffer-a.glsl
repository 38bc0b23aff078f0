// Buffer A of defocus-1.5.image.glsl

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    fragColor = vec4(rtd_at(0, 0), 1.0);
}
