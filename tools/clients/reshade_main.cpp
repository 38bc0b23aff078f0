// The ReShade FX compiler as a command line program, around the compiler sources that the source
// package of vkBasalt embeds. Writes one SPIR-V module with all entry points, in Vulkan's
// conventions, and lists on stdout, one thing a line, words parted by tabs:
//
//   texture  name  semantic  width  height  format
//   sampler  name  texture  filter  address_u  address_v  srgb
//   uniform  name  offset
//   pass     technique  vertex_shader  pixel_shader  target  srgb_write
//
// The numbers of format, filter and address are those of effect_module.hpp.
//
// usage: reshadefx FILE.fx FILE.spv WIDTH HEIGHT

#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "effect_codegen.hpp"
#include "effect_parser.hpp"
#include "effect_preprocessor.hpp"

static void list(const reshadefx::module &module)
{
    for (const auto &t : module.textures)
        std::cout << "texture\t" << t.unique_name << '\t' << t.semantic << '\t' << t.width << '\t'
                  << t.height << '\t' << int(t.format) << '\n';
    for (const auto &s : module.samplers)
        std::cout << "sampler\t" << s.unique_name << '\t' << s.texture_name << '\t'
                  << int(s.filter) << '\t' << int(s.address_u) << '\t' << int(s.address_v) << '\t'
                  << int(s.srgb) << '\n';
    for (const auto &u : module.uniforms)
        std::cout << "uniform\t" << u.name << '\t' << u.offset << '\n';
    for (const auto &technique : module.techniques)
        for (const auto &pass : technique.passes)
            std::cout << "pass\t" << technique.name << '\t' << pass.vs_entry_point << '\t'
                      << pass.ps_entry_point << '\t' << pass.render_target_names[0] << '\t'
                      << int(pass.srgb_write_enable) << '\n';
}

int main(int count, char **words)
{
    if (count != 5)
        return std::cerr << "usage: reshadefx FILE.fx FILE.spv WIDTH HEIGHT\n", 2;

    // as ReShade defines them; __RENDERER__ is Vulkan's
    reshadefx::preprocessor preprocessor;
    preprocessor.add_macro_definition("__RESHADE__", "60000");
    preprocessor.add_macro_definition("__RENDERER__", "0x20000");
    preprocessor.add_macro_definition("BUFFER_WIDTH", words[3]);
    preprocessor.add_macro_definition("BUFFER_HEIGHT", words[4]);
    preprocessor.add_macro_definition("BUFFER_RCP_WIDTH", "(1.0 / BUFFER_WIDTH)");
    preprocessor.add_macro_definition("BUFFER_RCP_HEIGHT", "(1.0 / BUFFER_HEIGHT)");
    preprocessor.add_macro_definition("BUFFER_COLOR_DEPTH", "8");

    bool good = preprocessor.append_file(words[1]);
    std::cerr << preprocessor.errors();

    reshadefx::parser parser;
    std::unique_ptr<reshadefx::codegen> codegen(reshadefx::create_codegen_spirv(
        /* vulkan */ true, /* debug info */ true, /* uniforms to constants */ false,
        /* flip y */ true));
    good = parser.parse(preprocessor.output(), codegen.get()) && good;
    std::cerr << parser.errors();
    if (!good)
        return 1;

    reshadefx::module module;
    codegen->write_result(module);
    std::ofstream file(words[2], std::ios::binary);
    file.write(reinterpret_cast<const char *>(module.spirv.data()),
               std::streamsize(module.spirv.size() * sizeof(uint32_t)));
    list(module);
    return file.good() ? 0 : 1;
}
