// The .safetensors format, by files made by hand from its description, by numpy, and damaged in every way that can be tried.

#include <autodiff/array/create.hpp>
#include <autodiff/array/npy.hpp>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>
#include <limits>
#include <nn/save/safetensors.hpp>
#include <random>
#include <sstream>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../numpy_program.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

auto little(std::uint64_t n) -> std::string {
  std::string bytes;
  for (int i = 0; i < 8; ++i, n >>= 8) bytes += static_cast<char>(n & 255);
  return bytes;
}
auto file_of(const std::string& header, const std::string& data) -> std::string { return little(header.size()) + header + data; }
auto parse(const std::string& bytes) -> std::map<std::string, array> {
  std::istringstream in(bytes);
  return nn::load_safetensors(in);
}
auto saved(const std::map<std::string, array>& arrays, const std::map<std::string, std::string>& metadata = {}) -> std::string {
  std::ostringstream out;
  nn::save_safetensors(out, arrays, metadata);
  return out.str();
}
auto refusal(const std::string& header, const std::string& data = "") -> std::string {
  return message_of([&] { parse(file_of(header, data)); });
}
/// Equal, with NaN equal to NaN, and the signs of zeros.
auto same_bits(const array& a, const array& b) -> bool {
  if (a.shape() != b.shape() || a.type() != float32 || b.type() != float32) return false;
  for (index_t i = 0; i < a.size(); ++i) {
    const float x = a.data<float>()[i], y = b.data<float>()[i];
    if (std::isnan(x) != std::isnan(y) || (!std::isnan(x) && std::memcmp(&x, &y, 4) != 0)) return false;
  }
  return true;
}

const std::string small = R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
const std::string one_two("\0\0\x80\x3f\0\0\0\x40", 8);  // 1 and 2 as float32

}  // namespace

TEST_CASE("fractions of one byte, whole numbers without a sign, and types that are left out by name") {
  const auto all = parse(file_of(
      R"({"a":{"dtype":"F8_E4M3","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"F8_E5M2","shape":[5],"data_offsets":[6,11]},)"
      R"("c":{"dtype":"U64","shape":[1],"data_offsets":[11,19]}})",
      std::string("\x38\x7e\x01\xc0\x08\x7f\x3c\x7b\x01\xfc\x7e", 11) + little(1ull << 62)));
  const auto a = all.at("a").to_vector<float>(), b = all.at("b").to_vector<float>();
  CHECK(std::vector(a.begin(), a.end() - 1) == std::vector<float>{1, 448, std::ldexp(1.0f, -9), -2, std::ldexp(1.0f, -6)});
  CHECK(std::isnan(a.back()));
  CHECK(std::vector(b.begin(), b.end() - 1) ==
        std::vector<float>{1, 57344, std::ldexp(1.0f, -16), -std::numeric_limits<float>::infinity()});
  CHECK(std::isnan(b.back()));
  CHECK(all.at("c").elements<std::int64_t>()[0] == std::int64_t{1} << 62);
  const auto beyond = file_of(R"({"c":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}})", little(1ull << 63));
  CHECK(message_of([&] { parse(beyond); }).find("'c': a whole number is beyond int64") != std::string::npos);
  std::istringstream in(file_of(
      R"({"x":{"dtype":"F4","shape":[4],"data_offsets":[0,2]},"y":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})", "ab\7"));
  std::vector<std::string> skipped;
  const auto left = nn::load_safetensors(in, &skipped);
  CHECK(skipped == std::vector<std::string>{"x"});
  CHECK(left.at("y").at(0) == 7);
}

TEST_CASE("a file made by hand is read") {
  const auto x = parse(file_of(small, one_two)).at("x");
  CHECK(x.type() == float32);
  CHECK(identical(x, array({1.0, 2.0}, float32)));
  // In any order, with blanks, without elements, without axes, and with words for people.
  const auto all = parse(
      file_of(R"({"b":{"data_offsets":[8,9],"shape":[],"dtype":"BOOL"}, "e":{"dtype":"I64","shape":[0,7],"data_offsets":[8,8]},
    "__metadata__":{"a":"b"},"\u00e9":{"shape":[1,2],"dtype":"F32","data_offsets":[0,8]}}   )",
              one_two + '\1'));
  CHECK(all.size() == 3);
  CHECK(all.at("b").item() == 1);
  CHECK(all.at("b").type() == boolean);
  CHECK(all.at("e").shape() == dims{0, 7});
  CHECK(all.at("\xc3\xa9").shape() == dims{1, 2});
  CHECK(parse(file_of("{}", "")).empty());
  // What is not 0 is true, so that a truth value is never another number.
  const auto truth =
      parse(file_of(R"({"t":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}})", std::string("\0\2\xff", 3))).at("t");
  CHECK(truth.to_vector<double>() == std::vector<double>{0, 1, 1});
}

TEST_CASE("what is written is what the format's own library writes") {
  // From the wide types to the narrow, then by name; blanks up to a multiple of 8 bytes.
  std::string header =
      R"({"z":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"y":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},)"
      R"("a":{"dtype":"F32","shape":[1],"data_offsets":[16,20]},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[20,24]},)"
      R"("A":{"dtype":"BOOL","shape":[1],"data_offsets":[24,25]}})";
  header.append((8 - header.size() % 8) % 8, ' ');
  const std::string data = little(7) + std::string("\0\0\0\0\0\0\xf0\x3f", 8) + one_two + '\1';
  CHECK(saved({{"A", array{true}},
               {"a", array({1.0}, float32)},
               {"b", array({{2.0}}, float32)},
               {"y", array{1.0}},
               {"z", full({}, 7, int64)}}) == file_of(header, data));
  CHECK(saved({}) == file_of("{}      ", ""));
  CHECK(saved({}, {{"k", "v"}, {"l", "\""}}) == file_of(R"({"__metadata__":{"k":"v","l":"\""}})" + std::string(5, ' '), ""));
}

TEST_CASE("numpy reads what is written, and the other way round") {
  if (lacks_numpy()) return;
  scratch_folder here;
  nn::save_safetensors(here / "ours.safetensors",
                       {{"a.weight", (array({{0.0, 0.25, 0.5}, {0.75, 1.0, 1.25}}, float32))},
                        {"a.bias", array{0.1, -1e300, std::numeric_limits<double>::infinity()}},
                        {"turned", array{{0.0, 1.0}, {2.0, 3.0}, {4.0, 5.0}}.permute({1, 0})},
                        {"labels", array(std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(),
                                                                   std::numeric_limits<std::int64_t>::max()},
                                         {2, 1})},
                        {"mask", array{true, false, true}},
                        {"number", array(2.5)},
                        {"none", zeros({0, 3}, float32)},
                        {"gr\xc3\xbc\xc3\x9f"
                         "e \"\\\n",
                         array{1.0}}},
                       {{"epoch", "12"},
                        {"words",
                         "gr\xc3\xbc\xc3\x9f"
                         "e"}});
  CHECK(oracle("read", here.path));
  CHECK(nn::safetensors_metadata(here / "ours.safetensors").at("epoch") == "12");

  REQUIRE(oracle("write", here.path));
  const auto theirs = nn::load_safetensors(here / "theirs.safetensors");
  CHECK(nn::safetensors_metadata(here / "theirs.safetensors").empty());
  const std::vector<double> signed_numbers{-3, -2, -1, 0, 1, 2}, counted{0, 1, 2, 3, 4, 5};
  for (const std::string name : {"F64", "F32", "F16", "I64", "I32", "I16"}) {
    CAPTURE(name);
    CHECK(theirs.at(name).type() == (name == "F64" ? float64 : name[0] == 'F' ? float32 : int64));
    CHECK(theirs.at(name).shape() == dims{2, 3});
    CHECK(theirs.at(name).to_vector<double>() == signed_numbers);
  }
  for (const std::string name : {"U8", "U16"}) {
    CHECK(theirs.at(name).type() == int64);
    CHECK(theirs.at(name).to_vector<double>() == counted);
  }
  CHECK(identical(theirs.at("U32"), array{0, 4294967295}));
  CHECK(identical(theirs.at("I8"), array{-128, 127}));
  CHECK(identical(theirs.at("BOOL"), array{{true, true, true}, {false, true, true}}));
  CHECK(same_bits(theirs.at("every half"), load_npy(here / "half.npy")));
  CHECK(same_bits(theirs.at("every bfloat"), load_npy(here / "bfloat.npy")));
}

TEST_CASE("each thing that is wrong is said") {
  const auto entry = [](const std::string& inside) { return "{\"x\":{" + inside + "}}"; };
  const std::pair<std::string, std::string> wrong[] = {
      {refusal("[]"), "does not begin with '{'"},
      {refusal(" {}"), "does not begin with '{'"},
      {refusal(""), "does not begin with '{'"},
      {refusal("{"), "no valid JSON"},
      {refusal("{}}"), "no valid JSON"},
      {refusal("{\"x\"}"), "no valid JSON"},
      {refusal("{\"\xff\":{}}"), "no valid JSON"},
      {refusal("{\"\\ud800\":{}}"), "no valid JSON"},
      {refusal("{\"x\":{}}"), "'x': dtype is missing"},
      {refusal(entry(R"("dtype":"F32","shape":[2])"), one_two), "'x': data_offsets is missing"},
      {refusal(entry(R"("dtype":"F32","data_offsets":[0,8])"), one_two), "'x': shape is missing"},
      {refusal(R"({"x":5})"), "a number where an object"},
      {refusal(R"({"x":[5]})"), "a list where an object"},
      {refusal(R"({"x":null})"), "null where an object"},
      {refusal(R"({"x":{"dtype":["F32"]}})"), "'x': a list where a type in quotes is due"},
      {refusal(R"({"x":{"dtype":7}})"), "'x': a number where a type in quotes is due"},
      {refusal(R"({"x":{"shape":7}})"), "'x': a number where a list of numbers is due"},
      {refusal(R"({"x":{"shape":[[7]]}})"), "'x': a list where a number is due"},
      {refusal(R"({"x":{"shape":["7"]}})"), "'x': text where a number is due"},
      {refusal(R"({"x":{"shape":[{}]}})"), "an object in a list"},
      {refusal(R"({"x":{"shape":{}}})"), "an object in an object"},
      {refusal(R"({"x":{"shape":[-1]}})"), "'x': -1 where a whole number"},
      {refusal(R"({"x":{"shape":[1.5]}})"), "'x': 1.5 where a whole number"},
      {refusal(R"({"x":{"shape":[1e3]}})"), "'x': 1e3 where a whole number"},
      {refusal(R"({"x":{"shape":[18446744073709551616]}})"), "where a whole number below 2^64"},
      {refusal(R"({"x":{"shape":[9223372036854775808]}})"), "'x': an axis of 9223372036854775808"},
      {refusal(R"({"x":{"shape":[1,1,1,1,1,1,1,1,1]}})"), "more than 8 axes"},
      {refusal(R"({"x":{"strides":[1]}})"), "'strides' is none of"},
      {refusal(entry(R"("dtype":"F4","shape":[2],"data_offsets":[0,8])"), one_two), "'x': its type is 'F4'"},
      {refusal(entry(R"("dtype":"F32","shape":[2],"data_offsets":[0,8,8])"), one_two), "more than 2 numbers"},
      {refusal(entry(R"("dtype":"F32","shape":[2],"data_offsets":[8])"), one_two), "1 numbers, not 2"},
      {refusal(entry(R"("dtype":"F32","shape":[2],"data_offsets":[])"), one_two), "0 numbers, not 2"},
      {refusal(entry(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])"), one_two), "begins at byte 8 and ends at 0"},
      {refusal(entry(R"("dtype":"F32","shape":[3],"data_offsets":[0,8])"), one_two), "F32 [3] has 12 bytes"},
      {refusal(entry(R"("dtype":"F64","shape":[2],"data_offsets":[0,8])"), one_two), "F64 [2] has 16 bytes"},
      {refusal(entry(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0])")), "more elements than memory"},
      {refusal(entry(R"("dtype":"F32","shape":[0,9223372036854775807,3],"data_offsets":[0,0])")), "more elements than memory"},
      {refusal(entry(R"("dtype":"F64","shape":[281474976710656],"data_offsets":[0,2251799813685248])")), "only 0 follow"},
      {refusal(entry(R"("dtype":"F32","shape":[2],"data_offsets":[4,12])"), one_two + "1234"), "bytes from 0 on are nobody's"},
      {refusal(small, one_two + "1"), "1 bytes after the last array"},
      {refusal("{}", "1"), "1 bytes after the last array"},
      {refusal(entry(R"("dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8])"), one_two), "'x': shape stands twice"},
      {refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
               one_two),
       "the name 'x' stands twice"},
      {refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
               one_two),
       "'y' begins at byte 0, inside 'x'"},
      {refusal(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"BOOL","shape":[3],"data_offsets":[5,8]}})",
               one_two),
       "'y' begins at byte 5"},
      {refusal(R"({"__metadata__":{"a":1}})"), "a number where text is due"},
      {refusal(R"({"__metadata__":{"a":["b"]}})"), "a list where text is due"},
      {refusal(R"({"__metadata__":{"a":{}}})"), "an object in an object"},
      {refusal(R"({"__metadata__":{"a":"b","a":"c"}})"), "'a' stands twice"},
      {refusal(R"({"__metadata__":{},"__metadata__":{}})"), "'__metadata__' stands twice"},
      {message_of([] { parse(little(100'000'001) + "{}"); }), "100000001 bytes, and 100000000 are the most"},
      {message_of([] { parse(little(~std::uint64_t{0}) + "{}"); }), "18446744073709551615 bytes, and"},
      {message_of([] { parse(little(3) + "{}"); }), "would have 3 bytes, but only 2 are there"},
      {message_of([] { parse("1234567"); }), "it has 7 bytes"},
  };
  for (const auto& one : wrong) {
    const auto &said = one.first, &part = one.second;
    CHECK_MESSAGE(contains(said, part), said, " / ", part);
    CHECK_MESSAGE(said.starts_with("load_safetensors: "), said);
  }
  // Depth costs nothing, and a long name is not said in full.
  CHECK(contains(refusal("{\"x\":" + std::string(1'000'000, '[')), "a list where"));
  CHECK(contains(refusal("{\"x\":{\"shape\":" + std::string(1'000'000, '[')), "a list where"));
  CHECK(refusal("{\"" + std::string(1'000'000, 'a') + "\":{}}").size() < 400);
}

TEST_CASE("a file that is cut off anywhere, or has a byte changed, is an error or still a file") {
  const auto whole = saved({{"a", array({{1.0, 2.0}}, float32)}, {"b", array{true}}, {"c", array{3}}}, {{"k", "v"}});
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK_MESSAGE(message_of([&] { parse(whole.substr(0, n)); }).starts_with("load_safetensors: "), n);
  CHECK(parse(whole).size() == 3);
  std::mt19937 random(3);
  for (int i = 0; i < 4000; ++i) {
    auto bytes = whole;
    for (unsigned flips = 1 + random() % 3; flips > 0; --flips)
      bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
    try {
      index_t n = 0;
      for (const auto& [name, x] : parse(bytes)) n += x.size();
      CHECK(n <= static_cast<index_t>(whole.size()));
    } catch (const error& e) {
      CHECK(std::string(e.what()).starts_with("load_safetensors: "));
    }
  }
}

TEST_CASE("files: errors name them, and a failure leaves the old one") {
  scratch_folder here;
  const auto file = here / "m.safetensors";
  nn::save_safetensors(file, {{"x", array{1.0}}});
  const auto before = bytes_of(file);
  CHECK(contains(message_of([&] { nn::save_safetensors(file, {{"\xff", array{1.0}}}); }), "not UTF-8"));
  CHECK(contains(message_of([&] { nn::save_safetensors(file, {{"x", array{1.0}}}, {{"k", "\xc3"}}); }), "not UTF-8"));
  CHECK(contains(message_of([&] { nn::save_safetensors(file, {{"__metadata__", array{1.0}}}); }), "__metadata__"));
  CHECK(bytes_of(file) == before);
  CHECK(std::distance(fs::directory_iterator(here.path), fs::directory_iterator()) == 1);
  nn::save_safetensors(file, {{"x", array{2.0}}});
  CHECK(nn::load_safetensors(file).at("x").item() == 2);

  CHECK(contains(message_of([&] { nn::load_safetensors(here / "none"); }), "load_safetensors: cannot read '"));
  CHECK(contains(message_of([&] { nn::load_safetensors(here.path); }), "Is a directory"));
  CHECK(contains(message_of([&] { nn::save_safetensors(here / "none" / "m", {}); }), "save_safetensors: cannot write '"));
  std::ofstream(file) << "hello, world";
  CHECK(contains(message_of([&] { nn::load_safetensors(file); }), "m.safetensors': its header would have"));
  CHECK(contains(message_of([&] { nn::safetensors_metadata(file); }), "safetensors_metadata: '"));
}
