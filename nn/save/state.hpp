#pragma once
// The numbers of a model by name, and back.
//
//   auto numbers = nn::state_dict(model);             // {"hidden.weight": [784x128], "hidden.bias": [128], …}
//   nn::load_state_dict(other, numbers);
//   const auto differ = nn::load_state_dict(model, other_file, {.strict = false});  // its missing_keys and unexpected_keys
//
// Names are PyTorch's: parameters and buffers, by the members that hold them, joined by dots. A parameter or buffer without
// numbers, of shape [0], such as the bias of a layer without one, has no entry. Loading is all or nothing: a model whose
// entries do not all fit stays as it was. Fractions take the model's float type, so a file of float64 loads into a model of
// float32, rounded, and the other way; whole numbers and truth values must be what the model has, since a label read as a
// weight is a mistake. Frozen parameters are loaded, too.
//
// To go on with training as if it had never stopped, more must be kept: where random numbers are (dropout), and what is frozen.
// nn::training_state has that, too, and the state of an optimiser can be put in the same map under names of its own.
//
//   nn::save(nn::training_state(model), "checkpoint.safetensors");      // nn/save/save.hpp
//   nn::load_training_state(model, nn::load("checkpoint.safetensors"));
//
// Entries for random numbers are int64 [3], named after the member that is the generator; whether a parameter is trained is a
// truth value named after it with `.trainable`.

#include <autodiff/array/random.hpp>
#include <map>
#include <nn/module/walk.hpp>
#include <string>
#include <variant>
#include <vector>

namespace seegrad::nn {

/// Arrays by their names.
using state_map = std::map<std::string, array>;

struct load_options {
  bool strict = true;  ///< whether all names must agree; false loads those that do
};
/// The names in which model and map differ: empty unless strict is false.
struct load_result {
  std::vector<std::string> missing_keys;     ///< the model has them, the map does not: they keep their numbers
  std::vector<std::string> unexpected_keys;  ///< the other way round
};

namespace detail {

/// Something of a model that is saved, and its name.
struct slot {
  std::string name;
  std::variant<parameter*, buffer*, generator*, bool*> at;
};

auto named(const std::vector<slot>& slots, std::string_view who) -> state_map;
auto fill(std::string_view who, const std::vector<slot>& slots, const state_map& from, const load_options& options)
    -> load_result;

inline auto has_numbers(const array& x) -> bool { return x.shape() != dims{0}; }

template <class M>
auto slots_of(M& model, bool training) -> std::vector<slot> {
  std::vector<slot> all;
  nn::walk(model, [&]<class Leaf>(Leaf& x, const path* at) {
    const auto name = at ? at->text() : std::string();
    if constexpr (std::same_as<Leaf, parameter>) {
      if (!has_numbers(x.value())) return;
      all.push_back({name, &x});
      if (training) all.push_back({at ? name + ".trainable" : "trainable", &x.trainable});
    } else if constexpr (std::same_as<Leaf, buffer>) {
      if (has_numbers(x.value)) all.push_back({name, &x});
    } else if constexpr (std::same_as<Leaf, generator>) {
      if (training) all.push_back({name, &x});
    }
  });
  return all;
}
// What is listed through `named` is only read.
template <class M>
auto slots_to_read(const M& model, bool training) -> std::vector<slot> {
  return slots_of(const_cast<M&>(model), training);
}

}  // namespace detail

/// The numbers of all parameters and buffers. They share memory with the model until one of both is written to.
/// Throws if two have the same name, which only a function `fields` can bring about.
template <class M>
auto state_dict(const M& model) -> state_map {
  return detail::named(detail::slots_to_read(model, false), "state_dict");
}

/// Gives the model these numbers. Throws, and has changed nothing, if a name is missing or unexpected; loosely, only if
/// shapes differ, or an entry's type cannot become the model's.
template <class M>
auto load_state_dict(M& model, const state_map& state, const load_options& options = {}) -> load_result {
  return detail::fill("load_state_dict", detail::slots_of(model, false), state, options);
}

/// With generators, and whether each parameter is trained.
template <class M>
auto training_state(const M& model) -> state_map {
  return detail::named(detail::slots_to_read(model, true), "training_state");
}
/// As load_state_dict.
template <class M>
auto load_training_state(M& model, const state_map& state, const load_options& options = {}) -> load_result {
  return detail::fill("load_training_state", detail::slots_of(model, true), state, options);
}

/// Seed, stream and position, bit by bit: int64 [3]. For generators outside a model: {"shuffling", nn::to_array(random)}.
auto to_array(const generator& g) -> array;
/// The generator it was made from. Throws unless it is int64 [3].
auto to_generator(const array& x) -> generator;

}  // namespace seegrad::nn
