#include "chassis/database/statements_in.hpp"
#include "chassis/messaging/messaging_fixture_test.hpp"

namespace chassis::messaging {
namespace {

TEST_F(MessagingTest, every_statement_fits_the_schema) {
    auto statements = database::statements_in(SOURCE_ROOT "/chassis/messaging");
    EXPECT_GT(statements.size(), 20u);
    for (const auto& [place, sql] : statements) {
        EXPECT_NO_THROW(from.database->write_blocking([&](Transaction& tx) { tx.prepare(sql); }))
            << place << ": " << sql;
    }
}

}  // namespace
}  // namespace chassis::messaging
