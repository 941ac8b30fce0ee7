// E14. Softmax and ten classes: a network of two layers, 784-128-10, learns to tell clothes apart. The curves of training and validation, the
// confusion matrix, and the pictures it gets wrong. `--epochs 10` is the full run.

#include "draw.hpp"
#include "expect.hpp"
#include "fashion.hpp"

#include <autodiff/autodiff.hpp>
#include <nn/layer/layers.hpp>
#include <nn/metric/metric.hpp>
#include <nn/see/diagnose.hpp>
#include <nn/see/histograms.hpp>
#include <nn/see/report.hpp>
#include <nn/train/fit.hpp>
#include <nn/train/summary.hpp>

using namespace seegrad;

int main(int argc, char** argv) {
  const int epochs = epochs_wanted(argc, argv, 2);
  const auto clothes = fashion_mnist_if_there();
  if (!clothes) return skipped;
  const auto [train, validation] = nn::split_at(clothes->train, 50000);  // they are in random order already
  const std::vector<std::string> names(clothes->classes.begin(), clothes->classes.end());

  nn::manual_seed(14);
  nn::sequential model{nn::flatten{}, nn::linear{784, 128}, nn::relu{}, nn::linear{128, 10}};
  const auto layers = nn::summary(model, zeros({1, 1, 28, 28}, float32)).text();
  fmt::print("{}\n", layers);

  const auto first = nn::state_dict(model);
  // The loss is the cross entropy of softmax(logits), which fit chooses by itself for labels.
  const auto result = nn::fit(model, train,
                              {.epochs = epochs,
                               .optimiser = nn::adam{},
                               .schedule = nn::cosine_annealing{.lr = 2e-3, .T_max = epochs},
                               .validation = validation,
                               .progress = nn::progress_style::lines});

  const array logits = nn::predict(model, clothes->test.inputs);
  const array &pictures = clothes->test.inputs, &truth = clothes->test.targets;
  const array found = argmax(logits, 1), sure = softmax(logits);
  const array confusion = nn::confusion_matrix(found, truth, 10);
  const double accuracy = nn::accuracy(found, truth);

  // Softmax makes ten numbers that are positive and add up to 1.
  fmt::print("\nthe first picture of the test set is of the class {}; softmax gives\n",
             names[static_cast<std::size_t>(truth.at(0))]);
  for (index_t c = 0; c < 10; ++c) fmt::print("  {:<12} {:.4f}\n", names[static_cast<std::size_t>(c)], sure.at(0, c));

  const array precision = nn::precision(confusion), recall = nn::recall(confusion);
  std::vector<std::vector<std::string>> rows;
  fmt::print("\n{:<12} precision  recall\n", "class");
  for (index_t c = 0; c < 10; ++c) {
    rows.push_back(
        {names[static_cast<std::size_t>(c)], fmt::format("{:.3f}", precision.at(c)), fmt::format("{:.3f}", recall.at(c))});
    fmt::print("{:<12}     {}   {}\n", rows.back()[0], rows.back()[1], rows.back()[2]);
  }

  std::vector<std::int64_t> wrong;
  std::vector<std::string> captions;
  for (index_t i = 0; i < truth.size() && wrong.size() < 16; ++i) {
    if (found.at(i) == truth.at(i)) continue;
    wrong.push_back(i);
    captions.push_back(names[static_cast<std::size_t>(found.at(i))] + " / " + names[static_cast<std::size_t>(truth.at(i))]);
  }

  expectations expect;
  const bool full = epochs >= 10;
  fmt::print("\n{} of 10000 pictures of the test set are recognised\n", std::lround(1e4 * accuracy));
  expect("each row of softmax adds up to 1", max(abs(sum(sure, 1) - 1.0)).item(), 0, 1e-5);
  expect("the confusion matrix counts every picture", sum(confusion).item(), 10000);
  expect("its diagonal is the accuracy", sum(diagonal(confusion)).item() / 1e4, accuracy);
  expect("validation loss below log 10, that of guessing", result.history.last("validation loss") < std::log(10.0) / 4);
  expect(full ? "test accuracy is 88 % or more" : "test accuracy is 84 % or more", accuracy >= (full ? 0.88 : 0.84));

  const auto curves = result.history.draw("e14_curves.svg", "E14: loss and accuracy by epoch");
  plot table("e14_confusion.svg"), mistakes("e14_mistakes.svg", {.width = 900}), weights("e14_weights.svg");
  table.title("E14: rows are the truth, columns what the network says").confusion(confusion, names);
  mistakes.title("E14: mistakes, as said / true").images(take(pictures, array(wrong)), {.columns = 4, .captions = captions});
  weights.title("E14: weights of the first 32 hidden units")
      .images(reshape(slice(model.get<1>().weight.value(), 0, 0, 32), {32, 28, 28}), {.columns = 8, .diverging = true});
  const auto spread = nn::histograms(nn::state_dict(model), {.before = first, .file = "e14_histograms.svg"});
  for (const auto& p : {curves, table, mistakes, weights, spread}) draw(p);
  if (!plot::available()) return expect.exit_code();

  graph g;
  const auto loss = nn::cross_entropy(model(slice(pictures, 0, 0, 64)), slice(truth, 0, 0, 64));
  backward(loss);
  nn::report page("e14_report.html", "Fashion-MNIST, a network of two layers");
  page.text("Trained on 50,000 pictures of clothes, watched on 10,000 others, and tested on 10,000 that it never saw.");
  page.numbers({{"test accuracy", fmt::format("{:.2f} %", 100 * accuracy)},
                {"validation loss", fmt::format("{:.3f}", result.history.last("validation loss"))},
                {"epochs", std::to_string(epochs)}});
  page.section("The network")
      .code(layers)
      .figure(nn::draw(loss, {.collapse_scopes = true}), "One step on 64 pictures, as it was recorded");
  page.section("Training")
      .figure(curves, "Loss and accuracy by epoch")
      .figure(spread, "How the numbers of each parameter are spread, before and after");
  page.section("The test set").figure(table, "What it takes for what").table({"class", "precision", "recall"}, rows);
  page.figure(mistakes, "Mistakes: what it says, and what is true")
      .figure(weights, "What hidden units look for: orange is for, blue against");
  page.save();
  fmt::print("written: e14_report.html\n");
  return expect.exit_code();
}
