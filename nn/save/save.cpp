#include <nn/save/save.hpp>

#include <autodiff/array/npz.hpp>
#include <fmt/format.h>
#include <nn/save/safetensors.hpp>

namespace seegrad::nn {
namespace {

auto is_npz(const std::filesystem::path& file, std::string_view who) -> bool {
  const auto suffix = file.extension();
  if (suffix != ".npz" && suffix != ".safetensors")
    throw error(fmt::format("{}: '{}': the name must end in .safetensors or .npz", who, file.string()));
  return suffix == ".npz";
}

}  // namespace

auto save(const state_map& arrays, const std::filesystem::path& file) -> void {
  is_npz(file, "save") ? save_npz(file, arrays) : save_safetensors(file, arrays);
}

auto load(const std::filesystem::path& file) -> state_map {
  return is_npz(file, "load") ? load_npz(file) : load_safetensors(file);
}

auto detail::throw_for(const std::filesystem::path& file, const error& e) -> void {
  throw error(fmt::format("load: '{}': {}", file.string(), e.what()));
}

}  // namespace seegrad::nn
