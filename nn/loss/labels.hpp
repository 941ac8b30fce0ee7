#pragma once
// Whole-number labels, looked at once: what losses by class need to know of them.

#include <autodiff/trace/tensor.hpp>
#include <string_view>

namespace seegrad::nn::detail {

struct class_labels {
  array index;    ///< int64, in the shape of the labels with an axis of 1 for the classes; 0 where a label is ignored
  array counted;  ///< truth values in that shape, false where it is ignored; null if none may be
  int axis;       ///< of the classes
};

/// The axis of the classes in logits of that shape: 1, or 0 if it is the only one. Throws without axes or without classes.
auto class_axis(const dims& shape, std::string_view who) -> int;

/// Whether a label may be one to pass over: one is, or somebody named it.
auto passes_over(const array& labels, std::int64_t ignore_index) -> bool;

// Of labels as the data have them, with an axis of 1 for the classes.
/// Truth values, false where one is passed over.
auto counted(const array& labels, std::int64_t ignore_index, int axis) -> array;
/// Their classes, 0 where one is passed over.
auto classes_named(const array& labels, std::int64_t ignore_index, int axis) -> array;

/// Throws for labels that are no whole numbers, are not in the shape of the logits without the axis of classes, or name no class.
auto labels_for(const dims& shape, const tensor& target, std::int64_t ignore_index, std::string_view who) -> class_labels;

/// A weight for each class, in the type of the logits, as an array that goes along the axis of classes. Throws if there are
/// fewer or more.
auto class_weights(const array& weight, const dims& shape, dtype type, std::string_view who) -> array;

}  // namespace seegrad::nn::detail
