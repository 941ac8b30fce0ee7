#pragma once
// What is wrong with a network, in words: units that are dead or saturated, gradients that vanish or explode, units that can never differ,
// numbers that are not finite.
//
//   const tensor loss = nn::cross_entropy(model(x), y);
//   backward(loss);                                     // with all adjoints, which is the default
//   const auto found = nn::diagnose(loss);
//   fmt::print("{}", found.text());                     // ✗ relu #7 behind hidden: 120 of 128 units are 0 for all samples (dead)
//   nn::draw(loss).save("network.svg");                 // the same in the picture, with the facts of each layer
//
// Findings are bad, doubtful, or plain facts such as a frozen layer; of a healthy model there are facts alone. Layers are the scopes of the
// graph, and a function outside of them is named with the layer before it. What is not finite is a fault if it gets as far as the loss or the
// gradient of trained numbers, and is told where it is born: a mask of -inf before its softmax is none.
//
// The limits, all of which are rules of thumb: relu is dead where more units than chance would have are 0 for every sample of the batch, which
// new weights make of up to half of them; tanh beyond 0.99 and sigmoid within 0.01 of its ends are saturated, which is said from half of the
// numbers on, and of predictions only where they are wrong; a layer's gradient vanishes if its root mean square is less than 1e-4 of the
// largest layer's; it explodes if it exceeds 1000 times that of the weights, so that the usual steps throw them away; units whose rows of
// weights have equal gradients stay equal if they began equal; a cross entropy of 20 times that of guessing is sure and wrong.

#include <autodiff/see/picture.hpp>
#include <string>
#include <vector>

namespace seegrad::nn {

/// What can be said of a layer in numbers.
struct layer_facts {
  scope_id scope;              ///< the layer's part of the graph
  std::string name;            ///< "net.0 linear"
  index_t parameters = 0;      ///< how many numbers
  double output = 0;           ///< root mean square of what its last operation gives
  double output_gradient = 0;  ///< and of its gradient
  double weight_gradient = 0;  ///< and of the gradients of its parameters; NaN without any
};

/// Something that is wrong, or may be.
struct finding {
  annotation::mood how;     ///< how bad it is
  scope_id scope;           ///< the layer that it is about
  node_id node;             ///< the node that it is about
  std::string where, text;  ///< the layer, or the node and the layer before it
};

/// What diagnose found.
struct diagnosis {
  std::vector<layer_facts> layers;  ///< in the order of the graph
  std::vector<finding> findings;    ///< in the order of the graph

  annotations notes;                               ///< the findings, for pictures
  seegrad::detail::scope_annotations scope_notes;  ///< the facts of each layer, and of its findings the worst

  /// A line for each finding, or that there is none.
  auto text() const -> std::string;
};

/// Of what leads to the loss, after backward(loss). Throws if the loss is a constant, or the sweep did not cover it or kept adjoints of inputs
/// only.
auto diagnose(const tensor& loss) -> diagnosis;

/// The picture of the network, with what diagnose finds.
auto draw(const tensor& loss, picture_options options = {}) -> picture;

}  // namespace seegrad::nn
