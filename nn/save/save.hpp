#pragma once
// Models in files.
//
//   nn::save(model, "model.safetensors");                 // or .npz, as numpy has it, or .pt, as PyTorch has it
//   nn::load(model, "model.safetensors");
//   nn::save(nn::training_state(model), "checkpoint.npz");
//   nn::load_training_state(model, nn::load("checkpoint.npz"));
//
// A file holds what state_dict gives (nn/save/state.hpp), so it fits models built of the same modules, here or in PyTorch.
// What the suffix of its name says is the format: nn/save/safetensors.hpp, autodiff/array/npz.hpp or nn/save/pytorch.hpp.

#include <filesystem>
#include <nn/save/state.hpp>

namespace seegrad::nn {

/// Named arrays. Throws for another suffix, and if the file cannot be written; an old one is kept then.
auto save(const state_map& arrays, const std::filesystem::path& file) -> void;
/// All arrays of a file, by their names. Throws for another suffix, and for a file that is damaged or is not there.
auto load(const std::filesystem::path& file) -> state_map;

namespace detail {

/// Puts the file's name before an error.
[[noreturn]] auto throw_for(const std::filesystem::path& file, const error& e) -> void;

}  // namespace detail

/// The parameters and buffers of a model, as state_dict names them. Throws as above.
template <class M>
auto save(const M& model, const std::filesystem::path& file) -> void {
  save(state_dict(model), file);
}
/// As load_state_dict: all fits, or nothing is changed.
template <class M>
auto load(M& model, const std::filesystem::path& file, const load_options& options = {}) -> load_result {
  const auto found = load(file);
  try {
    return load_state_dict(model, found, options);
  } catch (const error& e) {
    detail::throw_for(file, e);
  }
}

}  // namespace seegrad::nn
