#pragma once
// Named arrays in a .safetensors file, the format in which trained models are mostly passed on.
//
//   save_safetensors("model.safetensors", nn::state_dict(model), {{"epoch", "12"}});
//   auto arrays = load_safetensors("model.safetensors");        // safetensors.torch.load_file("model.safetensors") in Python
//   safetensors_metadata("model.safetensors").at("epoch");
//
// A file is 8 bytes with the length of a header, the header, and the elements, row by row and little-endian. The header is
// JSON: for each name a type, a shape, and where its bytes begin and end; under `__metadata__` words for people. The format is
// that of https://github.com/huggingface/safetensors, and what is written has the bytes which that library writes: the arrays
// of wide types first, so that each begins at a multiple of its width, and by name among those; equal arrays make equal files.
//
// F64 F32 I64 BOOL are read as they are and are what is written; F16, BF16, F8_E5M2 and F8_E4M3 become float32; I32 I16 I8 U64 U32 U16 U8 become
// int64. Other types are refused, or left out and told by name; a U64 beyond int64 is refused.
//
// A file that is damaged, cut off or made in bad faith is one seegrad::error, before memory is taken for more than it holds. A
// file is written beside its target, brought to the disk and renamed, so that there is never half a file.

#include <autodiff/array/array.hpp>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace seegrad::nn {

/// Throws for a name that is not UTF-8 or is `__metadata__`, and if the file cannot be written; an old one is kept then.
auto save_safetensors(const std::filesystem::path& file, const std::map<std::string, array>& arrays,
                      const std::map<std::string, std::string>& metadata = {}) -> void;
/// Arrays of a type that is not read are an error; given a list for their names, they are left out.
auto load_safetensors(const std::filesystem::path& file, std::vector<std::string>* skipped = nullptr)
    -> std::map<std::string, array>;
/// Empty if there is none. The arrays are not read, but what the header says of them is checked.
auto safetensors_metadata(const std::filesystem::path& file) -> std::map<std::string, std::string>;
/// The shapes of all arrays, which are not read either.
auto safetensors_shapes(const std::filesystem::path& file) -> std::map<std::string, dims>;

/// The same with streams, which should be binary; one that is read must be seekable, and is read to its end.
auto save_safetensors(std::ostream& out, const std::map<std::string, array>& arrays,
                      const std::map<std::string, std::string>& metadata = {}) -> void;
auto load_safetensors(std::istream& in, std::vector<std::string>* skipped = nullptr) -> std::map<std::string, array>;

}  // namespace seegrad::nn
