// An error in a model names the layer in which it happened, and stays one sentence.

#include <autodiff/array/error_place.hpp>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <nn/layer/layers.hpp>
#include <nn/train/fit.hpp>
#include <thread>

using namespace seegrad;

namespace {

template <class F>
auto message_of(F f) -> std::string {
  try {
    f();
  } catch (const error& e) {
    return e.what();
  }
  return "";
}

auto z(const dims& shape) -> array { return zeros(shape, float32); }

struct block {
  nn::conv2d c1{2, 2, 3, {.padding = 1}}, c2{2, 2, 3, {.padding = 1}};
  auto operator()(const tensor& x) const -> tensor { return c2(c1(x)); }
};
struct model {
  std::vector<block> blocks = std::vector<block>(4);
  nn::max_pool2d pool{2};
  nn::flatten flat{};
  nn::linear last{8, 3};
  nn::sequential<nn::linear, nn::softmax> tail{nn::linear{3, 3}, nn::softmax{5}};
  bool with_tail = false;
  auto operator()(tensor x) -> tensor {
    for (const auto& b : blocks) x = b(x);
    x = last(flat(pool(x)));
    return with_tail ? tail(x) : x;
  }
};

}  // namespace

TEST_CASE("the layer is named, by where it is in the model and by its type") {
  model m;
  const auto says = [&](const array& x) { return message_of([&] { (void)m(x); }); };
  CHECK(says(z({1, 3, 4, 4})).starts_with("conv2d: "));  // nothing has been told its name yet
  nn::name_layers(m);
  m.blocks[3].c1 = nn::conv2d(5, 2, 3);
  nn::name_layers(m);
  CHECK(says(z({1, 2, 4, 4})).starts_with("in blocks.3.c1 conv2d: conv2d: [1x2x4x4]"));
  m.blocks[3].c1 = nn::conv2d(2, 2, 3, {.padding = 1});
  nn::name_layers(m);
  CHECK(says(z({1, 2, 4, 4})) == "");
  CHECK(says(z({1, 2, 1, 1})).starts_with("in pool max_pool2d: max_pool: "));
  CHECK(says(z({1, 2, 8, 4})).starts_with("in last linear: linear: [1x16]"));
  m.with_tail = true;
  CHECK(says(z({1, 2, 4, 4})).starts_with("in tail.1 softmax: softmax: "));
  m.tail.get<0>() = nn::linear(4, 3);
  nn::name_layers(m);
  CHECK(says(z({1, 2, 4, 4})).starts_with("in tail.0 linear: linear: [1x3]"));
  CHECK(says(z({1, 2, 4, 4})).find('\n') == std::string::npos);
}

TEST_CASE("with and without a record, and for layers inside layers") {
  struct {
    nn::transformer_encoder_layer top{8, 2, {.dim_feedforward = 4}};
    nn::residual<nn::linear> round{nn::linear{8, 4}};
    nn::lstm memory{3, 4};
    nn::batch_norm norm{3};
  } m;
  nn::name_layers(m);
  m.top.linear2.weight = z({8, 5});
  const auto each = [&] {
    CHECK(message_of([&] { (void)m.top(z({3, 2, 8})); }).starts_with("in top.linear2 linear: linear: "));
    CHECK(message_of([&] {
            (void)m.top(z({3, 8}));
          }).starts_with("in top transformer_encoder_layer: transformer_encoder_layer: "));
    CHECK(message_of([&] { (void)m.round(z({2, 8})); }).starts_with("in round residual: residual: [2x8] goes in"));
    CHECK(message_of([&] { (void)m.memory(z({4, 2})); }).starts_with("in memory lstm: lstm: [4x2]"));
    CHECK(message_of([&] { (void)m.norm(z({1, 3})); }).starts_with("in norm batch_norm: batch_norm: [1x3]"));
  };
  each();
  graph g;
  each();
  const no_record quiet;
  each();
}

TEST_CASE("fit, evaluate and predict know the names") {
  nn::sequential m{nn::linear{3, 4}, nn::relu{}, nn::linear{5, 2}};
  const nn::dataset data{z({4, 3}), zeros({4}, int64)};
  for (const auto& text : {message_of([&] { nn::fit(m, data, {.progress = nn::progress_style::none}); }),
                           message_of([&] { nn::evaluate(m, data); }), message_of([&] { nn::predict(m, data.inputs); })})
    CHECK_MESSAGE(text.starts_with("in 2 linear: linear: [4x4]"), text);
  CHECK(message_of([&] { (void)matmul(z({2, 3}), z({2, 3})); }).starts_with("matmul: "));  // and nothing stays behind
}

TEST_CASE("places: the innermost that has a text, once, and of each thread its own") {
  const auto text = [](const void* what) { return std::string(static_cast<const char*>(what)); };
  const seegrad::detail::error_place outer(text, "a");
  CHECK(std::string(error("x: y").what()) == "in a: x: y");
  {
    const seegrad::detail::error_place nameless(text, "");
    CHECK(std::string(error("x: y").what()) == "in a: x: y");
    const seegrad::detail::error_place inner(text, "b");
    CHECK(std::string(error("x: y").what()) == "in b: x: y");
    CHECK(std::string(error(error("x: y").what()).what()) == "in b: x: y");
    std::string elsewhere;
    std::thread([&] { elsewhere = error("x: y").what(); }).join();
    CHECK(elsewhere == "x: y");
  }
  CHECK(std::string(error("x: y").what()) == "in a: x: y");
}
