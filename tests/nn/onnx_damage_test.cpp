// ONNX files that are made in bad faith, damaged, or more than is read.

#include <autodiff/array/create.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/trace/tensor.hpp>
#include <doctest/doctest.h>
#include <filesystem>
#include <nn/save/onnx_file.hpp>
#include <nn/save/onnx_module.hpp>
#include <nn/save/protobuf_reader.hpp>
#include <random>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../scratch_folder.hpp"
#include "onnx_by_hand.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

const auto files = fs::path(NPY_ORACLE).parent_path() / "onnx";

}  // namespace

TEST_CASE("all operators that are not read are named, with their number and the first") {
  const auto said = refusal(model_of({node_of("Relu", {"x"}, {"a"}), node_of("NonZero", {"a"}, {"b"}),
                                      node_of("Loop", {"b"}, {"c"}), node_of("NonZero", {"c"}, {"d"}),
                                      node_of("FusedMatMul", {"d"}, {"y"}, message().bytes(7, "com.microsoft").text())}));
  check_contains(
      said,
      "load_onnx: it needs operators that are not read: Loop (1, 'node Loop'), NonZero (2, first 'node NonZero'), com.microsoft.FusedMatMul (1, 'node FusedMatMul')");
  // What nothing needs is not asked for.
  CHECK(parse(model_of({node_of("NonZero", {"x"}, {"b"}), node_of("Relu", {"x"}, {"y"})})).outputs().size() == 1);
}

TEST_CASE("versions, and graphs that are none") {
  const auto relu = node_of("Relu", {"x"}, {"y"});
  check_contains(refusal(model_of({relu}, {}, 5)), "version (opset) 5, and 6 to 21 are read");
  check_contains(refusal(model_of({relu}, {}, 99)), "version (opset) 99");
  check_contains(refusal(model_of({relu}, {}, 0)), "does not say which version");
  check_contains(refusal(model_of({node_of("Relu", {"z"}, {"y"})})), "Relu 'node Relu' needs 'z', which nothing before it gives");
  check_contains(refusal(model_of({node_of("Relu", {"y"}, {"y"})})), "needs 'y', which nothing before it gives");
  check_contains(refusal(model_of({relu, relu})), "two values are called 'y'");
  check_contains(refusal(model_of({node_of("Relu", {"x"}, {"z"})})), "nothing gives the output 'y'");
  check_contains(refusal(model_of({node_of("Add", {"x"}, {"y"})})), "Add 'node Add' has 1 operands, and needs 2");
  check_contains(refusal(""), "there is no graph in it");
  check_contains(refusal("a text\n"), "load_onnx: ");
  check_contains(message_of([] { nn::load_onnx("nowhere.onnx"); }), "nowhere.onnx");
}

TEST_CASE("inputs that are not what the file declares") {
  const auto model = parse(model_of({node_of("Relu", {"x"}, {"y"})}));
  check_contains(message_of([&] {
                   model(ones({3, 2}, float32));
                 }),
                 "input 0 is float32 [3x2], and the model has: x float32 [2 x 3]");
  check_contains(message_of([&] { model(ones({2, 3}, int64)); }), "input 0 is int64 [2x3]");
  check_contains(message_of([&] {
                   model(ones({2, 3}, float32), ones({2, 3}, float32));
                 }),
                 "2 inputs are given, and the model has 1");
  const auto images = nn::load_onnx(files / "pictures.onnx");
  CHECK(images(ones({7, 1, 8, 8}, float32)).shape() == dims{7, 5});
  const auto block = nn::load_onnx(files / "lstm.onnx");
  check_contains(message_of([&] {
                   block(ones({5, 2, 3}, float32), ones({1, 2, 4}, float32), ones({1, 2, 4}, float32));
                 }),
                 "3 outputs; results(");
}

TEST_CASE("an operator that cannot do what a node says names the node") {
  const std::string two("\2\0\0\0\0\0\0\0", 8);
  check_contains(fault(model_of({node_of("Reshape", {"x", "s"}, {"y"})}, {numbers_of("s", {1}, 7, two)})),
                 "in 'node Reshape': reshape: ");
  check_contains(fault(model_of({node_of("Concat", {"x"}, {"y"}, attribute("axis", 5))})), "in 'node Concat': concat: ");
  check_contains(fault(model_of({node_of("LSTM", {"x", "x", "x"}, {"y"})})), "in 'node LSTM': LSTM: ");
  // A shape from the numbers of an input would be frozen in a record.
  const auto by_input = model_of({node_of("Cast", {"x"}, {"s"}, attribute("to", 7)), node_of("ConstantOfShape", {"t"}, {"y"}),
                                  node_of("Reshape", {"s", "flat"}, {"t"})},
                                 {});
  check_contains(refusal(by_input), "needs 't', which nothing before it gives");
  const std::string flat("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  const auto model = parse(model_of({node_of("Cast", {"x"}, {"s"}, attribute("to", 7)), node_of("Reshape", {"s", "flat"}, {"t"}),
                                     node_of("ConstantOfShape", {"t"}, {"y"})},
                                    {numbers_of("flat", {1}, 7, flat)}));
  CHECK(model(ones({2, 3}, float32)).shape() == dims{1, 1, 1, 1, 1, 1});
  graph g;
  check_contains(message_of([&] {
                   model(input(ones({2, 3}, float32)));
                 }),
                 "decides a shape and is computed from numbers of an input");
}

TEST_CASE("elements of every type, raw and in lists") {
  const auto read = [](const std::string& bytes) { return nn::detail::read_onnx_tensor(bytes, {}).value; };
  CHECK(identical(read(numbers_of("a", {2}, 1, std::string_view("\0\0\x80\x3f\0\0\0\xc0", 8))), array{1.0, -2.0}.cast(float32)));
  CHECK(identical(read(numbers_of("a", {2}, 10, std::string_view("\0\x3c\0\xc0", 4))), array{1.0, -2.0}.cast(float32)));
  CHECK(identical(read(numbers_of("a", {2}, 16, std::string_view("\x80\x3f\0\xc0", 4))), array{1.0, -2.0}.cast(float32)));
  CHECK(identical(read(numbers_of("a", {2}, 3, "\1\xff")), array{1, -1}.cast(int64)));
  CHECK(identical(read(numbers_of("a", {2}, 2, "\1\xff")), array{1, 255}.cast(int64)));
  CHECK(identical(read(numbers_of("a", {2}, 9, std::string_view("\0\1", 2))), array{false, true}));
  CHECK(identical(read(message().number(1, 3).number(2, 6).number(5, 1).number(5, -7).number(5, 2).text()),
                  array{1, -7, 2}.cast(int64)));
  CHECK(identical(read(message().number(1, 2).number(2, 7).bytes(7, "\3\4").text()), array{3, 4}.cast(int64)));
  CHECK(identical(read(message().number(1, 1).number(2, 11).real(10, 0.1).text()), array{0.1}));
  CHECK(identical(read(message().number(2, 1).real(4, 1.5f).text()), array(1.5).cast(float32).view({}, {})));
  CHECK(read(message().number(1, 0).number(1, 3).number(2, 1).text()).shape() == dims{0, 3});

  const auto said = [&](const std::string& bytes) { return message_of([&] { read(bytes); }); };
  check_contains(said(numbers_of("a", {2}, 1, "1234567")), "the numbers 'a': [2] of F32 takes 8 bytes, and there are 7");
  check_contains(said(numbers_of("a", {-1}, 1, "")), "its shape is (-1)");
  check_contains(said(numbers_of("a", {1 << 30, 1 << 30, 1 << 30}, 1, "")), "'a'");
  check_contains(said(numbers_of("a", {1}, 8, "x")), "elements of text are not read");
  check_contains(said(numbers_of("a", {1}, 77, "x")), "elements of type 77 are not read");
  check_contains(said(numbers_of("a", {1, 1, 1, 1, 1, 1, 1, 1, 1}, 2, "x")), "'a'");
}

TEST_CASE("numbers beside the model are read from its folder and nowhere else") {
  const scratch_folder here;
  fs::create_directory(here / "model");
  fill(here / "model" / "w.bin", std::string(4, '\0') + std::string("\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40", 12));
  fill(here / "outside.bin", std::string(16, '\0'));
  fs::create_symlink(here / "outside.bin", here / "model" / "link.bin");
  const auto said_of = [&](const std::string& location, const std::string& offset, const std::string& length) {
    const auto entry = [](const std::string& key, const std::string& text) {
      message m, all;
      return all.bytes(13, m.bytes(1, key).bytes(2, text).text()).text();
    };
    const auto w = message().number(1, 3).number(2, 1).bytes(8, "w").text() + entry("location", location) +
                   entry("offset", offset) + entry("length", length) + message().number(14, 1).text();
    const auto bytes = model_of({node_of("Add", {"x", "w"}, {"y"})}, {w});
    fill(here / "model" / "m.onnx", bytes);
    if (location == "w.bin" && offset == "8")
      check_contains(refusal(bytes), "its numbers are in another file, which a stream cannot have beside it");
    return message_of([&] {
      const auto y = nn::load_onnx(here / "model" / "m.onnx")(zeros({2, 3}, float32)).value();
      CHECK(y.at(1, 2) == 3);
    });
  };
  CHECK(said_of("w.bin", "4", "12") == "no error");
  check_contains(said_of("w.bin", "8", "12"), "its 12 bytes from 8 on are not in 'w.bin', which has 16");
  check_contains(said_of("w.bin", "99999999999999999", "12"), "are not in 'w.bin'");
  check_contains(said_of("w.bin", "4", "13"), "takes 12 bytes, and 13 are said to be there");
  check_contains(said_of("w.bin", "-4", "12"), "'-4' is no place in a file");
  check_contains(said_of("../outside.bin", "0", "12"), "no file in the folder of the model");
  check_contains(said_of((here / "outside.bin").string(), "0", "12"), "no file in the folder of the model");
  check_contains(said_of("link.bin", "0", "12"), "no file in the folder of the model");
  check_contains(said_of("nowhere.bin", "0", "12"), "which is not there");
  check_contains(said_of("", "0", "12"), "which is not there");
}

TEST_CASE("dropout of a model that was exported for training drops while it is trained") {
  const auto truth = numbers_of("t", {}, 9, "\1");
  auto model = parse(
      model_of({node_of("Dropout", {"x", "r", "t"}, {"y"})}, {truth, numbers_of("r", {}, 1, std::string_view("\0\0\0\x3f", 4))}));
  const array x = ones({2, 3}, float32);
  CHECK(identical(model(x).value(), x));
  nn::train(model);
  double sum_of_all = 0;
  for (int i = 0; i < 200; ++i) {
    const auto y = model(x).value();
    for (const auto n : y.elements<float>()) CHECK((n == 0 || n == 2));
    sum_of_all += sum(y).item();
  }
  // The mean of 1200 numbers that are 0 or 2 is 1, give or take 0.029.
  CHECK(sum_of_all / 1200 == doctest::Approx(1).epsilon(0.15));
  nn::eval(model);
  CHECK(identical(model(x).value(), x));
}

TEST_CASE("fields of protobuf that are cut off or of another kind") {
  const auto all = [](const std::string& bytes) {
    return message_of([&] {
      nn::detail::message_reader fields(bytes);
      while (fields.next()) {}
    });
  };
  CHECK(all("") == "no error");
  CHECK(all(message().number(1, -1).real(2, 1.5f).real(3, 2.5).bytes(4, "abc").text()) == "no error");
  check_contains(all("\x0a\x05"
                     "abc"),
                 "a field of 5 bytes is cut off: 3 are left");
  check_contains(all("\x08"), "cut off");
  check_contains(all("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "more than ten bytes");
  check_contains(all("\x0b"), "of kind 3, which there is not");
  check_contains(all(std::string("\0\0", 2)), "no number that it may have");
  const auto long_field = message().bytes(1, "abc").text();
  nn::detail::message_reader reader(long_field);
  const auto field = *reader.next();
  check_contains(message_of([&] { field.whole(); }), "field 1 of a message is no whole number");
  check_contains(message_of([&] { field.real(); }), "no fraction");
}

TEST_CASE("files that are cut off or changed give an error or a model, and nothing else") {
  for (const std::string name : {"by_hand_18", "rnn", "pictures", "encoder", "shapes_14", "branches"}) {
    CAPTURE(name);
    const auto good = bytes_of(files / (name + ".onnx"));
    const auto attempt = [](const std::string& bytes) {
      try {
        parse(bytes);
        return true;
      } catch (const error&) {
        return false;
      }
    };
    CHECK(attempt(good));
    // A model whose last part is cut off where a field ends is one without the version of its operators.
    for (std::size_t n = 0; n < good.size(); ++n)
      if (n % 7 == 0 || n + 200 > good.size()) CHECK_FALSE(attempt(good.substr(0, n)));
    std::mt19937 dice(5);
    for (int turn = 0; turn < 1000; ++turn) {
      auto bad = good;
      for (auto k = dice() % 4 + 1; k > 0; --k) bad[dice() % bad.size()] = static_cast<char>(dice());
      attempt(bad);
    }
  }
}

TEST_CASE("attributes and lists that are changed are an error or a result when the model is run") {
  // Small files, so that most changes hit what decides how it is computed.
  for (const std::string name : {"by_hand_18", "by_hand_21", "line", "branches", "smoothed", "losses", "sampling_cubic"}) {
    CAPTURE(name);
    const auto good = bytes_of(files / (name + ".onnx"));
    std::mt19937 dice(6);
    int ran = 0;
    for (int turn = 0; turn < 1500; ++turn) {
      auto bad = good;
      for (auto k = dice() % 3 + 1; k > 0; --k) {
        // A change by one bit keeps numbers of the size that memory has.
        auto& byte = bad[dice() % bad.size()];
        byte = static_cast<char>(byte ^ 1 << dice() % 5);
      }
      try {
        const auto model = parse(bad);
        std::vector<tensor> inputs;
        for (const auto& i : model.inputs()) {
          dims shape;
          for (const auto& a : i.axes.value_or(std::vector<nn::onnx_axis>()))
            shape.push(std::min<index_t>(std::abs(a.extent), 20));
          inputs.emplace_back(ones(shape, i.type));
        }
        model.results(inputs);
        ++ran;
      } catch (const error&) {}
    }
    CHECK(ran > 100);
  }
}
