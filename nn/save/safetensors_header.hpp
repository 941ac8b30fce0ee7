#pragma once
// The header of a .safetensors file: JSON that must say exactly what the format allows, and no more.

#include <autodiff/array/dims.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace seegrad::nn::detail {

struct safetensors_entry {
  std::string name, type;
  std::uint64_t width = 0;  // bytes of an element; 0 of a type that is not read (elements.hpp)
  dims shape;
  std::uint64_t begin = 0, end = 0;  // among the bytes that follow the header
};

struct safetensors_header {
  std::vector<safetensors_entry> entries;  // by where they begin; together they are all bytes there are
  std::map<std::string, std::string> metadata;
};

/// `bytes` is how many follow the header. Throws, without a "who", if the header does not describe exactly these.
auto read_safetensors_header(std::string_view json, std::uint64_t bytes) -> safetensors_header;

}  // namespace seegrad::nn::detail
