// The published test vectors of Noise, byte for byte.
#include <filesystem>
#include <fstream>
#include <iostream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/secure/handshake_state.hpp"
#include "core/secure/protocol_name.hpp"
#include "tests/secure/hex.hpp"

namespace peal::secure {
namespace {

using nlohmann::json;

Bytes hex_of(const json& vector, const std::string& name) {
  return test::from_hex(vector.value(name, std::string()));
}

std::optional<KeyPair> keypair_of(const json& vector, const std::string& name) {
  const Bytes bytes = hex_of(vector, name);
  if (bytes.empty()) return std::nullopt;
  return generate_keypair(PrivateKey(View(bytes).first<32>()));
}

/// One side of a vector: "init" or "resp".
HandshakeState side_of(const json& vector, const std::string& side) {
  HandshakeConfig config{.protocol_name = vector.at("protocol_name"),
                         .initiator = side == "init",
                         .prologue = hex_of(vector, side + "_prologue"),
                         .s = keypair_of(vector, side + "_static"),
                         .e = keypair_of(vector, side + "_ephemeral")};
  const Bytes known = hex_of(vector, side + "_remote_static");
  if (!known.empty()) std::ranges::copy(known, config.rs.emplace().bytes.begin());
  for (const json& psk : vector.value(side + "_psks", json::array()))
    config.psks.emplace_back(View(test::from_hex(psk.get<std::string>())).first<32>());
  return HandshakeState(std::move(config));
}

/// Runs a vector in both roles. How many transport messages it had.
std::size_t run(const json& vector) {
  HandshakeState initiator = side_of(vector, "init");
  HandshakeState responder = side_of(vector, "resp");
  std::optional<TransportCiphers> of_initiator;
  std::optional<TransportCiphers> of_responder;
  std::size_t transported = 0;
  const bool one_way =
      parse_protocol_name(vector.at("protocol_name").get<std::string>())->one_way();
  bool initiator_writes = true;
  for (const json& message : vector.at("messages")) {
    const Bytes payload = hex_of(message, "payload");
    Bytes written;
    Bytes read;
    if (!initiator.finished()) {
      HandshakeState& writer = initiator_writes ? initiator : responder;
      HandshakeState& reader = initiator_writes ? responder : initiator;
      EXPECT_EQ(writer.write_message(payload, written), std::nullopt);
      EXPECT_EQ(reader.read_message(written, read), std::nullopt);
    } else {
      if (!of_initiator) {
        of_initiator = initiator.split();
        of_responder = responder.split();
      }
      auto& sending = initiator_writes ? of_initiator->sending : of_responder->sending;
      auto& receiving = initiator_writes ? of_responder->receiving : of_initiator->receiving;
      EXPECT_EQ(sending->encrypt_with_ad({}, payload, written), std::nullopt);
      EXPECT_EQ(receiving->decrypt_with_ad({}, written, read), std::nullopt);
      ++transported;
    }
    EXPECT_EQ(test::to_hex(written), message.at("ciphertext").get<std::string>());
    EXPECT_EQ(test::to_hex(read), test::to_hex(payload));
    if (!one_way) initiator_writes = !initiator_writes;
  }
  EXPECT_TRUE(initiator.finished() && responder.finished());
  EXPECT_EQ(initiator.get_handshake_hash(), responder.get_handshake_hash());
  const std::string hash = test::to_hex(initiator.get_handshake_hash());
  EXPECT_EQ(hash, vector.value("handshake_hash", hash));
  return transported;
}

std::vector<json> vectors() {
  std::vector<json> all;
  for (const auto& file : std::filesystem::directory_iterator("tests/secure/vectors")) {
    if (file.path().extension() != ".json") continue;
    const json content = json::parse(std::ifstream(file.path()));
    for (const json& vector : content.at("vectors")) all.push_back(vector);
  }
  return all;
}

TEST(NoiseVectors, AllPass) {
  std::size_t passed = 0;
  std::size_t transported = 0;
  const std::vector<json> all = vectors();

  for (const json& vector : all) {
    const std::string name = vector.at("protocol_name");
    SCOPED_TRACE(name);
    if (!parse_protocol_name(name)) {
      std::cout << "unsupported: " << name << "\n";
      continue;
    }
    transported += run(vector);
    if (!HasFailure()) ++passed;
  }

  std::cout << passed << " of " << all.size() << " vectors, with " << transported
            << " transport messages\n";
  EXPECT_EQ(passed, all.size());
  EXPECT_EQ(all.size(), 51U);
  EXPECT_GE(transported, all.size());
}

}  // namespace
}  // namespace peal::secure
