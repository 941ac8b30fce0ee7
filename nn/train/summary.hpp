#pragma once
// A model's modules as a tree, with what each gives, holds and costs.
//
//   fmt::print("{}", nn::summary(model, zeros({1, 784}, float32)).text());
//
//     layer            output   parameters  mult-adds     memory
//     mlp              [1x10]      101,770       102k  398.6 KiB
//     ├ hidden linear  [1x128]     100,480       100k  393.0 KiB
//     └ output linear  [1x10]        1,290      1.28k    5.1 KiB
//     1 operations outside layers
//     101,770 parameters, 101,770 of them trained, 397.5 KiB
//     101,632 multiply-adds, 1.0 KiB of results
//
// It runs the model once on an example, in eval mode and in a graph of its own, and reads off the scopes of that graph what each layer did. A
// module's row counts what is in it, too. Of blocks that are alike in all of this one is shown, with their number; each has the numbers of
// its row. The memory is that of the results and of the parameters. Multiply-adds are those of matrix products and convolutions.

#include <nn/train/module_tree.hpp>

namespace seegrad::nn {

/// A module in the table.
struct layer_row {
  std::string name, type;        ///< "blocks.0.norm1", "layer_norm"
  int depth = 1;                 ///< modules around it; the model is one
  dims output;                   ///< of its last operation
  index_t parameters = 0;        ///< in it, and in what it holds
  index_t operations = 0;        ///< recorded in it, over all its uses
  index_t multiply_adds = 0;     ///< in these
  std::size_t bytes = 0;         ///< of parameters
  std::size_t result_bytes = 0;  ///< of the results of these operations
  std::size_t last = 0;          ///< the row behind the last of what it holds
};

/// A model's modules, and what it costs as a whole.
struct model_summary {
  std::vector<layer_row> layers;  ///< a module before those in it
  std::string type;               ///< of the model: "mlp"
  dims output;                    ///< shape of what the model gives
  /// Numbers, those of them that are trained, and products that are added up in a forward pass
  index_t parameters = 0, trained = 0, multiply_adds = 0;
  std::size_t bytes = 0, result_bytes = 0;  ///< of the parameters, and of the results of all operations
  index_t operations_outside = 0;           ///< in no layer

  /// As wide as it needs to be, up to `width` columns of a terminal.
  auto text(int width = 80) const -> std::string;
};

namespace detail {
auto summary_of_active_graph(const std::vector<module_row>& rows, dtype type) -> model_summary;
}

/// Throws what the model throws.
template <class M>
auto summary(M& model, const array& example) -> model_summary {
  model_summary s;
  {
    graph g;
    const mode_scope used(model, false);
    // An input, so that what a frozen layer does with it is recorded, too.
    const tensor x = example.is_floating() ? input(example) : tensor(example);
    const auto y = model(x);
    const auto parameters = parameter_list(model);
    s = detail::summary_of_active_graph(detail::module_tree(model).rows, parameters.empty() ? float32 : parameters[0]->type());
    if constexpr (std::same_as<std::remove_cvref_t<decltype(y)>, tensor>) s.output = y.shape();
  }
  each<parameter>(model, [&](const parameter& p, const path*) {
    s.parameters += p.size(), s.trained += p.trainable ? p.size() : 0, s.bytes += p.value().bytes();
  });
  return s;
}

}  // namespace seegrad::nn
