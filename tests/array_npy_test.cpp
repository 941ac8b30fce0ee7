// Files of numpy: both ways with numpy itself, in streams, and replaced as a whole.
#include "npy_bytes.hpp"

#include <autodiff/array/create.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/npz.hpp>

#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <random>

#include "message.hpp"
#include "numpy_program.hpp"

namespace fs = std::filesystem;

namespace {

/// What stands in a file by its name, as npy_oracle.py computes it.
auto expected(char kind, index_t i) -> double {
  const auto x = static_cast<double>(i);
  return kind == 'f' ? 0.5 * x - 3 : kind == 'i' ? x - 3 : kind == 'u' ? 7 * x : i % 3 == 0;
}

auto check_by_name(const array& x, const std::string& name) -> void {
  CAPTURE(name);
  const auto shape = name.substr(2, name.find('_', 2) - 2);
  CHECK(to_string(x.shape()) == '[' + shape + ']');
  const auto wide = name.find("_f8_") != std::string::npos;
  CHECK(x.type() == (name[0] == 'b' ? boolean : name[0] != 'f' ? int64 : wide ? float64 : float32));
  CHECK(x.is_contiguous());
  const auto v = x.to_vector<double>();
  bool same = true;
  for (std::size_t i = 0; i < v.size(); ++i) same = same && v[i] == expected(name[0], static_cast<index_t>(i));
  CHECK(same);
}

}  // namespace

TEST_CASE("what numpy writes is read") {
  if (lacks_numpy()) return;
  const scratch_folder folder;
  REQUIRE(oracle("write", folder.path));
  int count = 0;
  for (const auto& file : fs::directory_iterator(folder.path)) {
    const auto name = file.path().stem().string();
    if (file.path().extension() != ".npy" || name[1] != '_') continue;
    check_by_name(load_npy(file.path()), name);
    ++count;
  }
  CHECK(count == 12 * 2 * 8 * 2 * 3);
  for (const auto* archive : {"stored.npz", "deflated.npz"}) {
    const auto arrays = load_npz(folder / archive);
    CHECK(static_cast<int>(arrays.size()) == count);
    for (const auto& [name, x] : arrays) check_by_name(x, name);
  }
  CHECK(load_npz(folder / "none.npz").empty());

  for (const std::string name : {"special_half", "special_every_half"}) {
    const auto narrow = load_npy(folder / (name + ".npy")), wide = load_npy(folder / (name + "_wide.npy"));
    REQUIRE(narrow.type() == float32);
    REQUIRE(narrow.size() == wide.size());
    int differ = 0;
    for (index_t i = 0; i < wide.size(); ++i) {
      const float a = narrow.data<float>()[i], b = wide.data<float>()[i];
      differ += std::isnan(b) ? !std::isnan(a) : a != b || std::signbit(a) != std::signbit(b);
    }
    CHECK(differ == 0);
  }
  const auto big = load_npy(folder / "extreme_i8.npy");
  CHECK(big.to_vector<std::int64_t>() == std::vector<std::int64_t>{INT64_MIN, INT64_MAX, (std::int64_t{1} << 53) + 1});
  CHECK(load_npy(folder / "extreme_i1.npy").to_vector<std::int64_t>() == std::vector<std::int64_t>{-128, 127});
  CHECK(load_npy(folder / "extreme_u4.npy").to_vector<std::int64_t>() == std::vector<std::int64_t>{4294967295, 0});
  CHECK(load_npy(folder / "extreme_u8.npy").to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{9223372036854775807, 9007199254740993, 0});
  const std::pair<const char*, const char*> refused[] = {{"object", "pickled"},
                                                         {"complex", "'<c16'"},
                                                         {"text", "'<U1'"},
                                                         {"record", "records"},
                                                         {"u8", "element 1 is 9223372036854775808, which no int64 can be"}};
  for (const auto& [name, why] : refused) {
    const auto file = folder / ("refused_" + std::string(name) + ".npy");
    const auto said = message_of([&] { load_npy(file); });
    CAPTURE(said);
    CHECK(said.starts_with("load_npy: '"));
    CHECK(said.find(why) != std::string::npos);
  }
}

TEST_CASE("what is written is read by numpy and by us") {
  const scratch_folder folder;
  std::map<std::string, array> every;
  for (const std::string kind : {"b_|b1", "i_<i8", "f_<f4", "f_<f8"})
    for (const dims& shape :
         {dims{}, dims{1}, dims{7}, dims{0}, dims{2, 3}, dims{2, 0, 4}, dims{2, 3, 4}, dims{1, 2, 1, 2, 1, 2, 1, 3}})
      for (const bool strided : {false, true}) {
        const auto type = kind == "b_|b1" ? boolean : kind == "i_<i8" ? int64 : kind == "f_<f4" ? float32 : float64;
        // A strided array with the same numbers: every second element of one with a doubled last axis.
        auto wide = shape;
        if (strided && !shape.empty()) wide[shape.size() - 1] *= 2;
        auto x = array::uninitialized(type, wide);
        const index_t step = strided && !shape.empty() ? 2 : 1;
        seegrad::detail::with_type(type, [&]<class T>(T) {
          for (index_t i = 0; i < x.size(); ++i)
            x.writable<T>()[static_cast<std::size_t>(i)] = static_cast<T>(expected(kind[0], i / step));
        });
        if (step == 2) x = x.slice(-1, 0, wide[wide.size() - 1], 2);
        const auto text = to_string(shape);
        const auto name =
            kind.substr(0, 2) + text.substr(1, text.size() - 2) + kind.substr(1) + (strided ? "_strided" : "_plain");
        every[name] = x;
        save_npy(folder / (name + ".npy"), x);
        CHECK(identical(load_npy(folder / (name + ".npy")), x));
      }
  save_npz(folder / "stored.npz", every);
  save_npz(folder / "deflated.npz", every, packing::deflated);
  save_npz(folder / "nothing.npz", {});
  CHECK(load_npz(folder / "nothing.npz").empty());
  for (const auto* file : {"stored.npz", "deflated.npz"}) {
    const auto back = load_npz(folder / file);
    REQUIRE(back.size() == every.size());
    for (const auto& [name, x] : back) CHECK(identical(x, every.at(name)));
  }
  if (!lacks_numpy()) CHECK(oracle("read", folder.path));
}

TEST_CASE("the elements begin at a multiple of 64 bytes") {
  for (const dims& shape :
       {dims{}, dims{3}, dims{1000000, 0}, dims{1, 1, 1, 1, 1, 1, 1, 1}, dims{12345678, 0, 12345678, 1, 1, 1, 1}}) {
    const auto header = detail::npy_header(zeros(shape));
    CHECK(header.size() % 64 == 0);
    CHECK(header.back() == '\n');
    CHECK(header.size() == 10 + static_cast<unsigned char>(header[8]) + 256u * static_cast<unsigned char>(header[9]));
  }
}

TEST_CASE("large, deflated, names beyond ASCII, and equal bytes for equal arrays") {
  std::mt19937_64 random(3);
  std::vector<double> v(300000);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = i % 2 ? static_cast<double>(random()) : 1.0;
  const std::map<std::string, array> arrays{{"größe/ψ", array(v)}, {"", array(v, {300, 1000})}, {"z", zeros({500, 500})}};
  for (const auto how : {packing::stored, packing::deflated}) {
    std::ostringstream a, b;
    save_npz(a, arrays, how), save_npz(b, arrays, how);
    CHECK(a.str() == b.str());
    std::istringstream in(a.str());
    const auto back = load_npz(in);
    REQUIRE(back.size() == 3);
    for (const auto& [name, x] : arrays) CHECK(identical(back.at(name), x));
    if (how == packing::deflated) CHECK(a.str().size() < 5000000);
    else CHECK(a.str().size() > 6800000);
  }
}

TEST_CASE("arrays follow each other in a stream, and a pipe will do") {
  const array a{{1.5, 2.0}}, b{{true, false, true}}, c = arange(400000);
  pipe_buffer buffer(bytes_of(a) + bytes_of(b) + bytes_of(c) + "rest");
  std::istream in(&buffer);
  CHECK(identical(load_npy(in), a));
  CHECK(identical(load_npy(in), b));
  CHECK(identical(load_npy(in), c));
  std::string rest;
  in >> rest;
  CHECK(rest == "rest");
}

TEST_CASE("headers as others write them") {
  const auto data = std::string(reinterpret_cast<const char*>(std::vector<double>{1, 2}.data()), 16);
  for (const auto* head :
       {"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n", "{'shape':(2L,),\"descr\":\"<f8\",'fortran_order':False}",
        "  { 'fortran_order' : True , 'shape' : ( 2 , ) , 'descr' : '<f8' }  \n"}) {
    CAPTURE(head);
    for (const char version : {1, 2, 3}) CHECK(identical(from_bytes(with_header(head, data, version)), array{1.0, 2.0}));
  }
  // Any byte but 0 is true, and becomes a proper truth value.
  const auto odd = from_bytes(with_header("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", std::string("\0\1\377", 3)));
  const auto* bits = static_cast<const unsigned char*>(odd.raw());
  CHECK((bits[0] == 0 && bits[1] == 1 && bits[2] == 1));
}

TEST_CASE("files are replaced as a whole, or not touched") {
  const scratch_folder folder;
  const auto file = folder / "x.npy";
  const auto entries = [&] { return std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()); };
  save_npy(file, array{1.0});
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("x.npy", folder / "link.npy");
  save_npy(folder / "link.npy", array{2.0});
  CHECK(fs::is_symlink(folder / "link.npy"));
  CHECK(load_npy(file).item() == 2);
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(entries() == 2);

  // A write that fails half-way leaves the old file, and nothing beside it.
  CHECK_THROWS_AS(save_npz(file, {{std::string(70000, 'x'), array{1.0}}}), error);
  CHECK(load_npy(file).item() == 2);
  CHECK(entries() == 2);
  CHECK(message_of([&] { save_npy(folder / "none" / "x.npy", array{1.0}); }).find("No such file") != std::string::npos);
  CHECK(message_of([&] { save_npy(folder.path, array{1.0}); }).find("directory") != std::string::npos);
  CHECK(message_of([&] { load_npy(folder / "none.npy"); }).find("No such file") != std::string::npos);
  CHECK(message_of([&] { load_npy(folder.path); }).find("directory") != std::string::npos);
  if (fs::exists("/dev/full")) CHECK(message_of([&] { save_npy("/dev/full", arange(100000)); }).starts_with("save_npy: "));
  std::ofstream(file, std::ios::binary | std::ios::app) << "more";
  CHECK(message_of([&] { load_npy(file); }).find("4 bytes follow") != std::string::npos);
}
