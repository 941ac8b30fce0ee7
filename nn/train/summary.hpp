#pragma once
// A table of a model's layers.
//
//   fmt::print("{}", nn::summary(model, zeros({1, 784}, float32)).text());
//
//     layer   output     parameters
//     hidden  [1x128]       100,480
//     output  [1x10]          1,290
//     1 operations outside layers
//     101,770 parameters, 101,770 of them trained, 0.39 MiB
//
// It runs the model once on an example, in eval mode and in a graph of its own, and reads the layers off the scopes of that graph: what is
// counted is what is used.

#include <nn/module/walk.hpp>

namespace seegrad::nn {

struct layer_row {
  std::string name;
  dims output;             ///< of its last operation
  index_t parameters = 0;  ///< used in it for the first time
  index_t operations = 0;
};

struct model_summary {
  std::vector<layer_row> layers;
  index_t parameters = 0, trained = 0;
  std::size_t bytes = 0;
  index_t operations_outside = 0;

  auto text() const -> std::string;
};

namespace detail {
auto summary_of_active_graph() -> model_summary;
}

/// Throws what the model throws.
template <class M>
auto summary(M& model, const array& example) -> model_summary {
  model_summary s;
  {
    graph g;
    const mode_scope used(model, false);
    model(tensor(example));
    s = detail::summary_of_active_graph();
  }
  each<parameter>(model, [&](const parameter& p, const path*) {
    s.parameters += p.size(), s.trained += p.trainable ? p.size() : 0, s.bytes += p.value().bytes();
  });
  return s;
}

}  // namespace seegrad::nn
