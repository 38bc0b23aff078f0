"""three.js: an ES module with a pass for its EffectComposer."""

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

SUFFIX: Final = ".three.js"

_MODULE: Final = Template("""\
$about

$imports
import { FullScreenQuad, Pass } from 'three/addons/postprocessing/Pass.js';

const vertexShader = /* glsl */ `
in vec3 position;

void main() {
    gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

const fragmentShader = /* glsl */ `
$fragment`;

$pass
""")

_ONE: Final = Template("""\
export class DeblurPass extends Pass {
    $sliders

    constructor($options) {
        super();
        this.uniforms = {
            rtd_source: { value: null },
            $uniforms
        };
        this.quad = new FullScreenQuad(new RawShaderMaterial({
            name: 'DeblurPass',
            glslVersion: GLSL3,
            defines: { RTD_VALUES_LINEAR: Number(valuesLinear) },
            uniforms: this.uniforms,
            vertexShader,
            fragmentShader,
            blending: NoBlending,
            depthTest: false,
            depthWrite: false,
        }));
    }

    $accessors

    render(renderer, writeBuffer, readBuffer) {
        this.uniforms.rtd_source.value = readBuffer.texture;
        renderer.setRenderTarget(this.renderToScreen ? null : writeBuffer);
        this.quad.render(renderer);
    }

    dispose() {
        this.quad.material.dispose();
        this.quad.dispose();
    }
}""")

_SEVERAL: Final = Template("""\
export class DeblurPass extends Pass {
    $sliders

    constructor($options) {
        super();
        this.targets = [$filters].map((filter) => new WebGLRenderTarget(1, 1, {
            type: HalfFloatType,
            minFilter: filter,
            magFilter: filter,
            depthBuffer: false,
        }));
        this.uniforms = {
            rtd_source: { value: null },
            $uniforms
        };
        this.quads = [$numbers].map((number) => new FullScreenQuad(new RawShaderMaterial({
            name: 'DeblurPass ' + number,
            glslVersion: GLSL3,
            defines: { RTD_PASS: number, RTD_VALUES_LINEAR: Number(valuesLinear) },
            uniforms: this.uniforms,
            vertexShader,
            fragmentShader,
            blending: NoBlending,
            depthTest: false,
            depthWrite: false,
        })));
    }

    $accessors

    setSize(width, height) {
        for (const target of this.targets) target.setSize(width, height);
    }

    render(renderer, writeBuffer, readBuffer) {
        this.uniforms.rtd_source.value = readBuffer.texture;
        const last = this.renderToScreen ? null : writeBuffer;
        [...this.targets, last].forEach((target, index) => {
            renderer.setRenderTarget(target);
            this.quads[index].render(renderer);
        });
    }

    dispose() {
        for (const target of this.targets) target.dispose();
        for (const quad of this.quads) {
            quad.material.dispose();
            quad.dispose();
        }
    }
}""")


def _usage(file: str, plan: Plan) -> Usage:
    # behind OutputPass values have the display's range: before it the undershoot at an edge would
    # meet tone mapping and pow, which leave negative values undefined, and HDR lights would ring
    mixed = ", its textures filtered linearly (the default)" if web.mixed_images(plan)[0] else ""
    return Usage(
        (
            f"import {{ DeblurPass }} from './{file}';",
            "composer.addPass(new OutputPass());  // of three/addons, where there is none yet",
            "composer.addPass(new DeblurPass({ strength: 1.0 }));",
        ),
        f"the composer's read buffer{mixed}; WebGLRenderer",
        "encoded",
        web.SWITCH,
        (
            "behind OutputPass, before film grain; straight behind the blur, before OutputPass,",
            "values are linear: valuesLinear",
        ),
    )


def _fragment(plan: Plan) -> str:
    images = [
        (f"uniform sampler2D {source_or_image(number)};", note)
        for number, note in enumerate(image_notes(plan))
    ]
    interface = [("out vec4 rtd_result;", ""), *images]
    places = web.positions(plan, web.stored_size(source_or_image(0)))
    return web.fragment(Body(plan, web.bindings("rtd_result")), interface, places)


def _several(plan: Plan) -> str:
    between = range(1, len(plan.passes))
    filters = ["LinearFilter" if mixed else "NearestFilter" for mixed in web.mixed_images(plan)]
    images = [
        f"{source_or_image(k)}: {{ value: this.targets[{k - 1}].texture }},\n" for k in between
    ]
    return web.filled(
        _SEVERAL,
        sliders=web.sliders(plan),
        options=web.options(plan),
        filters=", ".join(filters[1:]),
        uniforms="".join(images) + web.each(plan, "{uniform}: {{ value: {name} }},"),
        numbers=", ".join(str(number + 1) for number in range(len(plan.passes))),
        accessors=web.accessors(plan, "this.uniforms.{name}.value"),
    )


def _one(plan: Plan) -> str:
    return web.filled(
        _ONE,
        sliders=web.sliders(plan),
        options=web.options(plan),
        uniforms=web.each(plan, "{uniform}: {{ value: {name} }},"),
        accessors=web.accessors(plan, "this.uniforms.{name}.value"),
    )


def _imports(plan: Plan) -> str:
    names = ["GLSL3", "NoBlending", "RawShaderMaterial"]
    if len(plan.passes) > 1:
        between = web.mixed_images(plan)[1:]
        names += ["HalfFloatType", "WebGLRenderTarget"]
        names += ["LinearFilter"] * any(between) + ["NearestFilter"] * (not all(between))
    return web.imported(sorted(names), "three")


def _write(plan: Plan, about: About, stem: str) -> Files:
    file = stem + SUFFIX
    module = web.filled(
        _MODULE,
        about=commented(header(plan, about, _usage(file, plan))),
        imports=_imports(plan),
        fragment=_fragment(plan),
        **{"pass": _several(plan) if len(plan.passes) > 1 else _one(plan)},
    )
    return {file: module}


THREE: Final = Host(
    "three",
    "three.js pass for EffectComposer",
    SUFFIX,
    arrival="encoded",
    proof=("three.js",),
    write=_write,
    store="16f",
)
