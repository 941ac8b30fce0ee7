#pragma once
// Through a module and all modules in it, in the order of their fields: what the functions on whole models are made of.
//
//   for (auto& [name, p] : nn::parameters(model)) fmt::print("{} {}\n", name, p->shape());     // hidden.weight, hidden.bias, …
//   nn::count_parameters(model);  nn::freeze(model.encoder);  nn::to(model, float64);  nn::eval(model);
//
// Names are PyTorch's: fields joined by dots, and elements of lists by their number.

#include <array>
#include <memory>
#include <nn/module/fields.hpp>
#include <nn/module/parameter.hpp>
#include <optional>
#include <tuple>
#include <variant>
#include <vector>

namespace seegrad::nn {

/// Where a walk is, as a chain on the stack; the text is made only where it is asked for.
struct path {
  const path* outer;      ///< where that is, in turn; null for a member of the whole
  std::string_view name;  ///< of a member; empty for an element of a list
  std::size_t number;     ///< of an element of a list

  auto text() const -> std::string;
};

namespace detail {

template <class T, template <class...> class List>
inline constexpr bool is_a = false;
template <template <class...> class List, class... A>
inline constexpr bool is_a<List<A...>, List> = true;
template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t N>
inline constexpr bool is_std_array<std::array<T, N>> = true;

template <class T>
concept leaf = std::same_as<T, parameter> || std::same_as<T, buffer> || std::same_as<T, mode> || std::same_as<T, label> ||
               std::same_as<T, generator>;
template <class T>
concept applies = requires(T& f, const tensor& x) { f(x); };

template <class M, class F>
auto walk(M& x, F& see, const path* here) -> void {
  using T = std::remove_const_t<M>;
  if constexpr (leaf<T>) {
    see(x, here);
  } else if constexpr (is_a<T, std::vector> || is_std_array<T>) {
    if constexpr (std::is_class_v<typename T::value_type>)
      for (std::size_t i = 0; i < x.size(); ++i) {
        const path inside{here, {}, i};
        walk(x[i], see, &inside);
      }
  } else if constexpr (is_a<T, std::tuple>) {
    std::size_t i = 0;
    const auto one = [&](auto& element) {
      const path inside{here, {}, i++};
      walk(element, see, &inside);
    };
    std::apply([&](auto&... element) { (one(element), ...); }, x);
  } else if constexpr (is_a<T, std::optional> || is_a<T, std::unique_ptr>) {
    if (x) walk(*x, see, here);
  } else if constexpr (is_a<T, std::variant>) {
    std::visit([&](auto& chosen) { walk(chosen, see, here); }, x);
  } else if constexpr (std::is_class_v<T> && (lists_fields<T> || std::is_aggregate_v<T>)) {
    for_each_field(x, [&]<class Field>(std::string_view name, Field& field) {
      if constexpr (std::is_class_v<std::remove_const_t<Field>>) {
        const path inside{here, name, 0};
        walk(field, see, &inside);
      }
    });
  } else {
    // A closure with something in it, or a class with constructors, could hide parameters from training.
    static_assert(!applies<T> || std::is_empty_v<T> || std::is_pointer_v<T>,
                  "this module is not an aggregate: give it a static function `fields`, as nn/module/fields.hpp shows");
  }
}

}  // namespace detail

/// see(leaf, path) for every parameter, buffer, mode, label and generator.
template <class M, class F>
auto walk(M& model, F&& see) -> void {
  detail::walk(model, see, nullptr);
}
/// The same for leaves of one type.
template <class Leaf, class M, class F>
auto each(M& model, F&& see) -> void {
  walk(model, [&](auto& x, const path* at) {
    if constexpr (std::same_as<std::remove_const_t<std::remove_reference_t<decltype(x)>>, Leaf>) see(x, at);
  });
}

/// A parameter in a model, and its name.
template <class P>
struct named_pointer {
  std::string name;  ///< "hidden.weight"
  P* parameter;      ///< in the model
};
template <class M>
auto name_layers(M& model) -> void;

/// All parameters with their names. The pointers are good as long as the model stays where it is. As every function here that gets at the
/// parameters of a model to change them, it tells the layers which members they are (name_layers).
template <class M>
auto parameters(M& model) {
  if constexpr (!std::is_const_v<M>) name_layers(model);
  using P = std::conditional_t<std::is_const_v<M>, const parameter, parameter>;
  std::vector<named_pointer<P>> all;
  each<parameter>(model, [&](P& p, const path* at) { all.push_back({at ? at->text() : "", &p}); });
  return all;
}
/// All leaves of one type, in the order of the walk. The pointers are good as long as the model stays where it is.
template <class Leaf, class M>
auto leaves(M& model) -> std::vector<Leaf*> {
  std::vector<Leaf*> all;
  each<Leaf>(model, [&](Leaf& x, const path*) { all.push_back(&x); });
  return all;
}
/// The parameters without their names, for what happens at every step.
template <class M>
auto parameter_list(M& model) -> std::vector<parameter*> {
  return leaves<parameter>(model);
}

/// How many numbers training changes; with the frozen ones if asked.
template <class M>
auto count_parameters(const M& model, bool frozen_too = false) -> index_t {
  index_t n = 0;
  each<parameter>(model, [&](const parameter& p, const path*) { n += p.trainable || frozen_too ? p.size() : 0; });
  return n;
}
/// No parameter is trained from here on: they get no gradient, and optimisers leave them alone.
template <class M>
auto freeze(M& model) -> void {
  each<parameter>(model, [](parameter& p, const path*) { p.trainable = false; });
}
/// All parameters are trained again.
template <class M>
auto unfreeze(M& model) -> void {
  each<parameter>(model, [](parameter& p, const path*) { p.trainable = true; });
}
/// All parameters, and the buffers that hold fractions, as float32 or float64. Data must be of that type, too: float32 with float64 computes in
/// float64.
template <class M>
auto to(M& model, dtype type) -> void {
  if (!is_floating(type)) throw error("to: a model is float32 or float64");
  each<parameter>(model, [&](parameter& p, const path*) {
    if (p.type() != type) p = p.value().cast(type);
  });
  each<buffer>(model, [&](buffer& b, const path*) {
    if (b.value.is_floating()) b.value = b.value.cast(type);
  });
}

/// Tells each layer the name of the member it is, for pictures and summaries; the functions below do it, too.
template <class M>
auto name_layers(M& model) -> void {
  each<label>(model, [](label& l, const path* at) {
    if (at && at->outer) l.set(at->outer->text());
  });
}
/// All modules are being trained from here on, or used.
template <class M>
auto train(M& model, bool training = true) -> void {
  name_layers(model);
  each<mode>(model, [&](mode& m, const path*) { m.training = training; });
}
/// All modules are used from here on: nothing is dropped, and batch norms go by their running numbers.
template <class M>
auto eval(M& model) -> void {
  train(model, false);
}

/// Whether each module is being trained, in the order of the walk.
template <class M>
auto modes(M& model) -> std::vector<bool> {
  std::vector<bool> all;
  each<mode>(model, [&](const mode& m, const path*) { all.push_back(m.training); });
  return all;
}
/// Back to what `modes` told of the same model.
template <class M>
auto set_modes(M& model, const std::vector<bool>& all) -> void {
  std::size_t i = 0;
  each<mode>(model, [&](mode& m, const path*) {
    if (i < all.size()) m.training = all[i++];
  });
}
/// All modules trained, or used, until the end of the block, and then as before, also if something throws.
template <class M>
class mode_scope {
 public:
  mode_scope(M& model, bool training) : model_(model), before_(modes(model)) { train(model, training); }
  ~mode_scope() { set_modes(model_, before_); }
  mode_scope(const mode_scope&) = delete;
  auto operator=(const mode_scope&) -> mode_scope& = delete;

 private:
  M& model_;
  std::vector<bool> before_;
};

}  // namespace seegrad::nn
