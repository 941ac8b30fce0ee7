#pragma once
// The reverse sweep with recorded values in place of numbers, over what lies between some variables and an output.

#include <autodiff/graph/graph.hpp>
#include <autodiff/trace/tensor.hpp>
#include <map>
#include <span>

namespace seegrad::detail {

/// The adjoint of a scalar node is a scalar, that of an array a tensor. The time it takes is proportional to the part of the record from the
/// first of the variables to the output.
class recorded_sweep {
 public:
  /// Of nodes ys by xs, in the active graph.
  recorded_sweep(graph& g, std::span<const node_id> xs, std::span<const node_id> ys);

  auto seed(node_id k, const tensor& t) -> void {
    if (takes_part(k)) add(k, t);
  }
  auto seed(node_id k, const scalar& t) -> void {
    if (takes_part(k)) add(k, t);
  }
  auto run() -> void;

  auto of_number(node_id k) const -> scalar { return takes_part(k) ? number(k) : scalar(0.0); }
  /// Null if nothing has arrived.
  auto of_array(node_id k) const -> tensor {
    const auto it = arrays_.find(k);
    return it == arrays_.end() ? tensor() : it->second;
  }

 private:
  enum mark : std::uint8_t { none = 0, leads_to_y = 1, between = 3 };

  auto marks() const -> std::uint8_t* { return static_cast<std::uint8_t*>(marks_.data()); }
  auto number(node_id k) const -> scalar& { return static_cast<scalar*>(numbers_.data())[k - first_]; }
  auto takes_part(node_id k) const -> bool { return k >= first_ && k - first_ < size_ && marks()[k - first_] == between; }
  auto value(node_id k) const -> scalar { return {g_.value(k), g_.ref(k)}; }
  auto skip_down(std::size_t& k) const -> bool;

  auto mark_between(std::span<const node_id> xs) -> void;
  auto step(node_id k, const node& n, const scalar& cotangent) -> void;
  template <class T>
  auto vjp(node_id k, const T cotangent) -> void;
  auto add(node_id k, const scalar& t) -> void;
  auto add(node_id k, const tensor& t) -> void;

  graph& g_;
  node_id first_;
  std::size_t size_;
  buffer marks_, numbers_;  // by node, from first_ on; a number where the mark is `between`
  std::map<node_id, tensor> arrays_;
};

}  // namespace seegrad::detail
