#pragma once
// What a module is made of: numbers that training changes, numbers that it keeps, and a few words about the module.
//
//   nn::parameter weight(randn(random, {16, 3}) * 0.1);
//   tensor y = matmul(x, weight());      // weight() is its node in the graph that records, made at its first use there
//   backward(sum(y));
//   array d = grad(weight);
//   weight = weight.value() - 0.1 * d;   // its next use makes a new node
//
// A parameter is a value: a copy has the same numbers and goes its own way. Where nothing records, or the parameter is frozen,
// weight() is a constant, and costs what a copy of a handle costs. Recording writes down the node in the parameter, so a model
// that records is used by one thread at a time; each thread can have a copy, and copies share memory until they are changed.

#include <autodiff/array/error_place.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/derive/reverse.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace seegrad::nn {

namespace detail {
/// Whole numbers as float64, since only floating numbers are trained; a plain number stays one.
auto trained_numbers(array value) -> array;
}  // namespace detail

class parameter {
 public:
  /// No numbers, shape [0].
  parameter() = default;
  explicit parameter(array value) : node_(detail::trained_numbers(std::move(value))) {}

  parameter(const parameter& o) : trainable(o.trainable), node_(o.value()) {}
  parameter(parameter&& o) noexcept : trainable(o.trainable), node_(o.value()) {}
  auto operator=(const parameter& o) -> parameter& { return trainable = o.trainable, *this = o.value(); }
  auto operator=(parameter&& o) noexcept -> parameter& { return trainable = o.trainable, *this = o.value(); }
  ~parameter() = default;
  /// Other numbers. What was recorded with the old ones keeps them, and grad() still answers for them until the next use.
  auto operator=(array value) -> parameter&;

  /// The node in the graph that records, or a constant if none does or the parameter is frozen.
  auto operator()() const -> tensor {
    if (trainable && graph::recording(node_.ref())) [[likely]]
      return node_;
    return enter();
  }
  /// The same, with a name for the node if this makes it.
  auto operator()(std::string_view name) const -> tensor {
    if (trainable && graph::recording(node_.ref())) [[likely]]
      return node_;
    return enter(name);
  }

  /// The numbers.
  auto value() const -> const array& { return node_.value(); }
  /// The numbers, which leave the parameter until others are assigned to it.
  auto release() -> array {
    auto numbers = node_.value();
    return node_ = tensor(), numbers;
  }
  /// That of the numbers, how many there are, and their type.
  auto shape() const -> const dims& { return value().shape(); }
  /// How many numbers.
  auto size() const -> index_t { return value().size(); }
  /// float32 or float64.
  auto type() const -> dtype { return value().type(); }
  /// The node of its last use, 0 if there was none.
  auto ref() const -> node_ref { return last_; }

  bool trainable = true;  ///< false: frozen. It gets no gradient, and optimisers leave it alone.

 private:
  auto enter(std::string_view name = {}) const -> tensor;

  mutable tensor node_;
  mutable node_ref last_ = 0;
};

/// The gradient that the last sweep left at the parameter's last use in this graph, in its shape and type; zeros if no path leads
/// there. Throws if the parameter was not used in the active graph.
auto grad(const parameter& p) -> array;
/// Whether it has one: it is not frozen, and was used in the active graph before the sweep.
auto has_grad(const parameter& p) -> bool;

/// Numbers that belong to a module and are saved with it, but are not trained: running means, tables.
struct buffer {
  array value;  ///< of any type and shape
};

/// Whether the module is being trained or used; dropout and batch normalisation differ. Set by nn::train(model) and
/// nn::eval(model).
struct mode {
  bool training = true;  ///< false: the module is used
};

/// What pictures call the module: its type, until a function on the whole model has told it the name of the member it is.
class label {
 public:
  /// `type` is a literal, or lives as long.
  label(const char* type) : type_(type), name_(type) {}
  /// "linear", also where the module is a member that has a name.
  auto type() const -> std::string_view { return type_; }
  /// "hidden" for a member of that name; "net.0 linear" for an element of a list, whose number alone would say little.
  auto name() const -> const std::string& { return name_; }
  /// The name of the member that the module is, with those of the modules around it: "encoder.hidden".
  auto set(std::string_view member) -> void;
  /// "hidden linear", for errors; empty while it has no name.
  auto place() const -> std::string;

 private:
  std::string_view type_;
  std::string name_;
};

/// In this block errors begin with the name of the module.
class module_place : seegrad::detail::error_place {
 public:
  explicit module_place(const label& l) noexcept
      : seegrad::detail::error_place([](const void* what) { return static_cast<const label*>(what)->place(); }, &l) {}
};

/// In this block what is recorded belongs to the function of that name, or to a part of a program, where something records.
class function_scope {
 public:
  explicit function_scope(std::string_view name, scope_kind kind = scope_kind::function);
  ~function_scope();
  function_scope(const function_scope&) = delete;
  auto operator=(const function_scope&) -> function_scope& = delete;

 private:
  graph* graph_ = nullptr;
  scope_id id_ = 0;
};

/// In this block what is recorded belongs to the module, and errors name it.
class module_scope {
 public:
  explicit module_scope(const label& l) : place_(l), scope_(l.name(), scope_kind::part) {}

 private:
  module_place place_;
  function_scope scope_;
};

/// What modules draw their first weights from where they are not given a generator: this thread's, seeded with 0 at first.
auto default_generator() -> generator&;
/// Starts it anew. Two programs that seed alike and build the same modules in the same order have the same weights.
auto manual_seed(std::uint64_t seed) -> void;

}  // namespace seegrad::nn
