#pragma once
// Neural networks: the face of nn/.
//
//   #include <nn/nn.hpp>
//   using namespace seegrad;
//
//   struct mlp {                                                  // any struct is a module
//     nn::linear hidden{784, 128}, output{128, 10};
//     auto operator()(const tensor& x) const -> tensor { return output(relu(hidden(flatten(x, 1)))); }
//   };
//
//   int main() {
//     const auto data = nn::load_fashion_mnist();
//     mlp model;
//     nn::fit(model, data.train, {.epochs = 10, .validation = data.test});
//     fmt::print("{}\n", nn::evaluate(model, data.test).metric);
//     nn::save(model, "mlp.safetensors");
//   }

#include <autodiff/autodiff.hpp>
#include <nn/data/augment.hpp>
#include <nn/data/cifar.hpp>
#include <nn/data/csv.hpp>
#include <nn/data/data_frame.hpp>
#include <nn/data/data_loader.hpp>
#include <nn/data/data_source.hpp>
#include <nn/data/fashion_mnist.hpp>
#include <nn/data/idx.hpp>
#include <nn/data/image/image.hpp>
#include <nn/data/image/image_folder.hpp>
#include <nn/data/image/resize.hpp>
#include <nn/data/mapped_data.hpp>
#include <nn/data/mnist.hpp>
#include <nn/data/shards.hpp>
#include <nn/data/standardise.hpp>
#include <nn/data/synthetic.hpp>
#include <nn/init/init.hpp>
#include <nn/layer/layers.hpp>
#include <nn/loss/loss.hpp>
#include <nn/metric/metric.hpp>
#include <nn/optimise/lbfgs.hpp>
#include <nn/optimise/optimiser.hpp>
#include <nn/optimise/penalty.hpp>
#include <nn/optimise/schedule.hpp>
#include <nn/save/onnx.hpp>
#include <nn/save/onnx_module.hpp>
#include <nn/save/safetensors.hpp>
#include <nn/save/save.hpp>
#include <nn/save/shard_files.hpp>
#include <nn/see/diagnose.hpp>
#include <nn/see/event_file.hpp>
#include <nn/see/histograms.hpp>
#include <nn/see/history.hpp>
#include <nn/see/report.hpp>
#include <nn/train/fit.hpp>
#include <nn/train/predictor.hpp>
#include <nn/train/summary.hpp>
