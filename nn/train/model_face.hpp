#pragma once
// A model without its type, for what is compiled once.

#include <nn/optimise/optimiser.hpp>
#include <nn/save/state.hpp>

namespace seegrad::nn::detail {

/// What training asks of a model, which stays where it is meanwhile.
struct model_face {
  std::function<tensor(const tensor&)> forward;
  std::function<void(bool)> train;
  std::function<std::vector<bool>()> modes;
  std::function<void(const std::vector<bool>&)> set_modes;
  std::function<void(nn::optimiser&, std::span<const array> gradients, const clipping&)> step;
  std::function<std::vector<parameter*>()> parameters;
  std::function<std::vector<buffer*>()> buffers;
  std::function<std::vector<generator*>()> generators;
  std::function<state_map()> state;
  std::function<void(const state_map&)> load;
  std::function<std::vector<std::string>()> names;  ///< of the parameters
};

template <class M>
auto face_of(M& model) -> model_face {
  return {[&](const tensor& x) { return tensor(model(x)); },
          [&](bool training) { nn::train(model, training); },
          [&] { return nn::modes(model); },
          [&](const std::vector<bool>& all) { nn::set_modes(model, all); },
          [&](nn::optimiser& o, std::span<const array> gradients, const clipping& clip) { o.step(model, gradients, clip); },
          [&] { return parameter_list(model); },
          [&] { return leaves<buffer>(model); },
          [&] { return leaves<generator>(model); },
          [&] { return training_state(model); },
          [&](const state_map& s) { load_training_state(model, s); },
          [&] {
            std::vector<std::string> names;
            for (const auto& [name, p] : nn::parameters(model)) names.push_back(name);
            return names;
          }};
}

}  // namespace seegrad::nn::detail
