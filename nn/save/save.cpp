#include <nn/save/save.hpp>

#include <autodiff/array/npz.hpp>
#include <fmt/format.h>
#include <nn/save/pytorch.hpp>
#include <nn/save/safetensors.hpp>

namespace seegrad::nn {
namespace {

enum class format { safetensors, npz, pytorch };

auto format_of(const std::filesystem::path& file, std::string_view who) -> format {
  const auto suffix = file.extension();
  if (suffix == ".safetensors") return format::safetensors;
  if (suffix == ".npz") return format::npz;
  if (suffix == ".pt" || suffix == ".pth") return format::pytorch;
  throw error(fmt::format("{}: '{}': the name must end in .safetensors, .npz, .pt or .pth", who, file.string()));
}

}  // namespace

auto save(const state_map& arrays, const std::filesystem::path& file) -> void {
  switch (format_of(file, "save")) {
    case format::safetensors: return save_safetensors(file, arrays);
    case format::npz: return save_npz(file, arrays);
    case format::pytorch: return save_pytorch(file, arrays);
  }
}

auto load(const std::filesystem::path& file) -> state_map {
  switch (format_of(file, "load")) {
    case format::npz: return load_npz(file);
    case format::pytorch: return load_pytorch(file);
    default: return load_safetensors(file);
  }
}

auto detail::throw_for(const std::filesystem::path& file, const error& e) -> void {
  throw error(fmt::format("load: '{}': {}", file.string(), e.what()));
}

}  // namespace seegrad::nn
