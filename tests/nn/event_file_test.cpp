// Event files for TensorBoard, read again by a parser that shares nothing with the writer.

#include "files.hpp"

#include <autodiff/array/error.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <nn/see/event_file.hpp>

#include "event_file_reader.hpp"

using namespace seegrad;

TEST_CASE("CRC-32C is that of RFC 3720") {
  CHECK(nn::detail::crc32c("") == 0);
  CHECK(nn::detail::crc32c("123456789") == 0xe3069283u);
  CHECK(nn::detail::crc32c(std::string(32, '\0')) == 0x8a9136aau);
  CHECK(nn::detail::crc32c(std::string(32, '\xff')) == 0x62a8ab43u);
  std::string up, down;
  for (int i = 0; i < 32; ++i) up += static_cast<char>(i), down += static_cast<char>(31 - i);
  CHECK(nn::detail::crc32c(up) == 0x46dd794eu);
  CHECK(nn::detail::crc32c(down) == 0x113fdb5cu);
}

TEST_CASE("what is written is read again by another") {
  const scratch_folder in;
  {
    nn::event_file log(in / "runs" / "first");
    CHECK(log.file().filename().string().starts_with("events.out.tfevents."));
    log.scalar("loss", 0, 0.5);
    log.scalar("validation loss", 128, -0.1);
    log.scalar("/norm/blocks.0-c1_ä", std::int64_t{1} << 40, 1e30);
    log.scalar("before", -1, 3);
    log.scalar("nan", 1, NAN);
    log.scalar("inf", 1, INFINITY);
    log.flush();
    const auto all = read_events(in / "runs" / "first");
    if (!all) return;
    REQUIRE(all->size() == 6);
    CHECK((*all)[0] == event{"loss", 0, "0.5"});
    CHECK((*all)[1] == event{"validation_loss", 128, "-0.10000000149011612"});
    CHECK((*all)[2] == event{"norm/blocks.0-c1___", std::int64_t{1} << 40, "1.0000000150474662e+30"});
    CHECK((*all)[3] == event{"before", -1, "3.0"});
    CHECK((*all)[4] == event{"nan", 1, "nan"});
    CHECK((*all)[5] == event{"inf", 1, "inf"});
  }
  nn::event_file second(in / "runs" / "first");  // beside the first
  second.scalar("loss", 7, 0.25);
  second.flush();
  CHECK(read_events(in / "runs" / "first")->size() == 7);
}

TEST_CASE("a folder that cannot be, and a disk that is full") {
  const scratch_folder in;
  std::ofstream(in / "file") << "x";
  CHECK_THROWS_AS(nn::event_file(in / "file"), error);
  CHECK_THROWS_WITH_AS(nn::event_file(in / "file" / "below"), doctest::Contains("event_file: cannot write to the folder"), error);
}
