"""Babylon.js: an ES module with a post-process, or several in a row."""

from __future__ import annotations

import hashlib
from string import Template
from typing import Final

from rtdeconv.emit.about import About, Usage, header, image_notes
from rtdeconv.emit.bindings import prefixed, source_or_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.hosts import web
from rtdeconv.emit.layout import commented
from rtdeconv.plan import Plan

SUFFIX: Final = ".babylon.js"

_MODULE: Final = Template("""\
$about

import { Constants } from '@babylonjs/core/Engines/constants.js';
import { ShaderStore } from '@babylonjs/core/Engines/shaderStore.js';
import { PostProcess } from '@babylonjs/core/PostProcesses/postProcess.js';

const shader = '$key';

ShaderStore.ShadersStore[shader + 'FragmentShader'] = /* glsl */ `
$fragment`;

$post_process
""")

_ONE: Final = Template("""\
export class DeblurPostProcess extends PostProcess {
    $sliders

    constructor(camera, $options) {
        super('deblur', shader, {
            camera,
            defines: '#define RTD_VALUES_LINEAR ' + Number(valuesLinear),
            uniforms: [$uniforms],
            samplingMode: Constants.$sampling,
            textureType: valuesLinear
                ? Constants.TEXTURETYPE_HALF_FLOAT : Constants.TEXTURETYPE_UNSIGNED_BYTE,
        });
        $values
        this.onApply = (effect) => {
            $settings
        };
    }
}""")

_SEVERAL: Final = Template("""\
const images = [$images];

// samplingMode and textureType of a post-process are those of what it reads
const samplingModes = [
    $samplings
];

export class DeblurPostProcess {
    $sliders

    constructor(camera, $options) {
        $values
        this.passes = images.map((_, index) => {
            const pass = new PostProcess('deblur ' + (index + 1), shader, {
                camera,
                defines: [
                    '#define RTD_PASS ' + (index + 1),
                    '#define RTD_VALUES_LINEAR ' + Number(valuesLinear),
                ].join('\\n'),
                uniforms: [$uniforms],
                samplers: images,
                samplingMode: samplingModes[index],
                textureType: index > 0 || valuesLinear
                    ? Constants.TEXTURETYPE_HALF_FLOAT : Constants.TEXTURETYPE_UNSIGNED_BYTE,
            });
            pass.onApply = (effect) => {
                images.slice(0, index + 1).forEach((image, reader) => {
                    effect.setTextureFromPostProcess(image, this.passes[reader]);
                });
                $settings
            };
            return pass;
        });
    }

    dispose(camera) {
        for (const pass of this.passes) pass.dispose(camera);
    }
}""")


def _usage(file: str) -> Usage:
    return Usage(
        (
            f"import {{ DeblurPostProcess }} from './{file}';",
            "const deblur = new DeblurPostProcess(camera, { strength: 1.0 });",
            "before other post-processes of the camera that grain or draw over the picture",
        ),
        "what the camera draws, or the post-process before this one; Engine, WebGL 2",
        "encoded",
        web.SWITCH,
        (
            "behind image processing, which materials do unless a pipeline is HDR; before that",
            "pipeline's image processing values are linear: valuesLinear",
        ),
        kept="values above 1 are kept with valuesLinear, alpha is copied",
    )


def _only(number: int) -> str:
    return "textureSampler"


def _fragment(plan: Plan) -> str:
    # what a post-process is called with; later ones are given the source by another name
    image = _only if len(plan.passes) == 1 else source_or_image
    interface = [
        (f"uniform sampler2D {image(number)};", note)
        for number, note in enumerate(image_notes(plan))
    ]
    body = Body(plan, web.bindings("gl_FragColor", image))
    return web.fragment(body, interface, web.positions(plan, web.stored_size(image(0))))


def _write(plan: Plan, about: About, stem: str) -> Files:
    file = stem + SUFFIX
    fragment = _fragment(plan)
    samplings = [
        f"TEXTURE_{'BILINEAR' if mixed else 'NEAREST'}_SAMPLINGMODE"
        for mixed in web.mixed_images(plan)
    ]
    slots = {
        "sliders": web.sliders(plan),
        "options": web.options(plan),
        "uniforms": ", ".join(f"'{prefixed(p.name)}'" for p in plan.parameters),
        "values": web.each(plan, "this.{name} = {name};"),
        "settings": web.each(plan, "effect.setFloat('{uniform}', this.{name});"),
    }
    if len(plan.passes) == 1:
        post_process = web.filled(_ONE, **slots, sampling=samplings[0])
    else:
        names = [f"'{source_or_image(number)}'" for number in range(len(plan.passes))]
        post_process = web.filled(
            _SEVERAL,
            **slots,
            images=", ".join(names),
            samplings="\n".join(f"Constants.{sampling}," for sampling in samplings),
        )
    module = web.filled(
        _MODULE,
        about=commented(header(plan, about, _usage(file))),
        # shaders of all modules lie in one store
        key=f"deblur-{hashlib.sha256(fragment.encode()).hexdigest()[:8]}",
        fragment=fragment,
        post_process=post_process,
    )
    return {file: module}


BABYLON: Final = Host(
    "babylon",
    "Babylon.js post-process",
    SUFFIX,
    arrival="encoded",
    proof=("Babylon.js",),
    write=_write,
    store="16f",
)
