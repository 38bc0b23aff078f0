"""PixiJS: an ES module with a filter."""

from __future__ import annotations

from string import Template
from typing import Final

from rtdeconv.emit.about import About, Usage, header, image_notes
from rtdeconv.emit.bindings import source_or_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.hosts import web
from rtdeconv.emit.layout import commented
from rtdeconv.plan import Plan

SUFFIX: Final = ".pixi.js"


def _image(number: int) -> str:
    return "uTexture" if number == 0 else source_or_image(number)


_BINDINGS: Final = web.bindings("finalColor", _image, rows="down")

_STORED: Final = web.stored_size("uTexture")

_SIZE: Final = f"floor((uInputClamp.xy + uInputClamp.zw) * {_STORED} + 0.5)"
"""The clamp leaves out half a pixel on every side."""

_HERE: Final = f"(floor(vTextureCoord * {_STORED}) + 0.5)"

_MODULE: Final = Template("""\
$about

$imports

const fragmentShader = /* glsl */ `
$fragment`;

$filter
""")

_ONE: Final = Template("""\
export class DeblurFilter extends Filter {
    $sliders

    constructor($options) {
        const version = '#version 300 es\\n#define RTD_VALUES_LINEAR ' + Number(valuesLinear);
        super({
            resolution: 'inherit',
            ...options,
            glProgram: GlProgram.from({
                vertex, fragment: version + fragmentShader, name: 'deblur',
            }),
            resources: {
                deblurUniforms: {
                    $uniforms
                },
            },
        });
    }

    $accessors
}""")

_SEVERAL: Final = Template("""\
function deblurProgram(number, valuesLinear) {
    const lines = [
        '#version 300 es',
        '#define RTD_PASS ' + number,
        '#define RTD_VALUES_LINEAR ' + Number(valuesLinear),
    ];
    const fragment = lines.join('\\n') + fragmentShader;
    return GlProgram.from({ vertex, fragment, name: 'deblur ' + number });
}

export class DeblurFilter extends Filter {
    $sliders

    constructor($options) {
        const deblurUniforms = new UniformGroup({
            $uniforms
        });
        super({
            resolution: 'inherit',
            ...options,
            glProgram: deblurProgram($last, valuesLinear),
            resources: {
                deblurUniforms,
                $images
            },
        });
        this.earlier = [
            $earlier
        ];
    }

    $accessors

    apply(filterManager, input, output, clearMode) {
        const images = [$scale_modes].map((scaleMode) => TexturePool.getOptimalTexture({
            width: input.frame.width,
            height: input.frame.height,
            resolution: input.source.resolution,
            format: 'rgba16float',
            scaleMode,
        }));
        // every pass takes the picture as its input, and what earlier ones drew as resources
        const passes = [...this.earlier, this];
        passes.forEach((pass, index) => {
            images.slice(0, index).forEach((image, before) => {
                pass.resources['rtd_image' + (before + 1)] = image.source;
            });
            const last = pass === this;
            const target = last ? output : images[index];
            filterManager.applyFilter(pass, input, target, last ? clearMode : true);
        });
        for (const image of images) TexturePool.returnTexture(image);
    }

    destroy(destroyPrograms) {
        for (const pass of this.earlier) pass.destroy(destroyPrograms);
        super.destroy(destroyPrograms);
    }
}""")


def _usage(file: str, plan: Plan) -> Usage:
    mixed = ", scaleMode 'linear' (the default)" if web.mixed_images(plan)[0] else ""
    return Usage(
        (
            f"import {{ DeblurFilter }} from './{file}';",
            "sprite.filters = [new DeblurFilter({ strength: 1.0 })];",
            "PixiJS 8.21 or later, preference: 'webgl'",
        ),
        f"what is filtered, 8 bits, premultiplied alpha{mixed}",
        "encoded",
        web.SWITCH,
        kept="alpha is copied",
    )


def _fragment(plan: Plan) -> str:
    interface = [
        ("in vec2 vTextureCoord;", ""),
        ("out vec4 finalColor;", ""),
        *(
            (f"uniform sampler2D {_image(number)};", note)
            for number, note in enumerate(image_notes(plan))
        ),
        ("uniform vec4 uInputClamp;", ""),
    ]
    note = "// the picture lies in a corner of a texture that may be larger"
    places = f"{note}\n{web.positions(plan, _SIZE, _HERE)}"
    return web.fragment(Body(plan, _BINDINGS), interface, places)


def _slots(plan: Plan) -> dict[str, str]:
    return {
        "sliders": web.sliders(plan),
        "options": web.options(plan, rest="options"),
        "uniforms": web.each(plan, "{uniform}: {{ value: {name}, type: 'f32' }},"),
        "accessors": web.accessors(plan, "this.resources.deblurUniforms.uniforms.{name}"),
    }


def _several(plan: Plan) -> str:
    modes = ["'linear'" if mixed else "'nearest'" for mixed in web.mixed_images(plan)[1:]]
    last = len(plan.passes)
    empty = [f"{source_or_image(k)}: Texture.EMPTY.source," for k in range(1, last)]
    earlier = [_earlier(number, empty[: number - 1]) for number in range(1, last)]
    return web.filled(
        _SEVERAL,
        **_slots(plan),
        last=str(last),
        images="\n".join(empty),
        earlier="\n".join(earlier),
        scale_modes=", ".join(modes),
    )


def _earlier(number: int, images: list[str]) -> str:
    resources = " ".join(["deblurUniforms,", *images]).removesuffix(",")
    return "\n".join(
        [
            "new Filter({",
            f"    glProgram: deblurProgram({number}, valuesLinear),",
            f"    resources: {{ {resources} }},",
            "}),",
        ]
    )


def _write(plan: Plan, about: About, stem: str) -> Files:
    file = stem + SUFFIX
    several = len(plan.passes) > 1
    pooled = ["Texture", "TexturePool", "UniformGroup"] * several
    imports = ["Filter", "GlProgram", *pooled, "defaultFilterVert as vertex"]
    module = web.filled(
        _MODULE,
        about=commented(header(plan, about, _usage(file, plan))),
        imports=web.imported(imports, "pixi.js"),
        fragment=_fragment(plan),
        filter=_several(plan) if several else web.filled(_ONE, **_slots(plan)),
    )
    return {file: module}


PIXI: Final = Host(
    "pixi",
    "PixiJS filter",
    SUFFIX,
    arrival="encoded",
    proof=("PixiJS, whole screen", "PixiJS, smaller sprite"),
    write=_write,
    store="16f",
)
