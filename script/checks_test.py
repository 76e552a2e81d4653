"""Tests of the scripts and of what the benchmarks read: python3 script/checks_test.py"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

SCRIPT = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.append(str(SCRIPT.parent / "bench/http"))

import peer_environment  # noqa: E402
import wrk  # noqa: E402


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_script(self, name, *arguments):
        done = subprocess.run([SCRIPT / name, *arguments], capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr


class CheckLayersTest(Tree):
    def setUp(self):
        super().setUp()
        self.write("chassis/CMakeLists.txt", "foreach(module IN ITEMS base http app)\n")
        self.write("chassis/app/app.hpp", '#include <map>\n#include "chassis/http/server.hpp"\n')

    def errors(self):
        status, _, text = self.run_script("check_layers", self.root)
        self.assertEqual(status, 1 if text else 0)
        return text.splitlines()

    def test_going_down_is_right(self):
        self.write("services/cart/api.cpp", '#include "services/cart/cart.hpp"\n#include "contracts/cart.hpp"\n')
        self.write("contracts/cart.hpp", '#include "chassis/app/app.hpp"\n')
        self.write("tests/end_to_end/purchase_test.cpp", '#include "services/cart/cart.hpp"\n')
        self.assertEqual(self.errors(), [])

    def test_going_up_inside_the_chassis_fails(self):
        self.write("chassis/base/text.cpp", '\n#include "chassis/http/server.hpp"\n')
        self.assertEqual(
            self.errors(),
            ['chassis/base/text.cpp:2: "chassis/http/server.hpp": chassis/base is below chassis/http'],
        )

    def test_a_chassis_that_knows_commerce_fails(self):
        self.write("chassis/app/bad.cpp", '#  include "contracts/order.hpp"\n')
        self.assertEqual(
            self.errors(), ['chassis/app/bad.cpp:1: "contracts/order.hpp": chassis may not know contracts']
        )

    def test_contracts_that_know_a_service_fail(self):
        self.write("contracts/order.hpp", '#include "services/order/models.hpp"\n')
        self.assertIn("contracts may not know services", self.errors()[0])

    def test_a_service_that_includes_another_fails(self):
        self.write("services/cart/api.cpp", '#include "services/order/models.hpp"\n')
        self.assertIn("services/cart and services/order stand beside each other", self.errors()[0])

    def test_a_folder_outside_of_the_order_fails(self):
        self.write("chassis/extra/extra.cpp", '#include "chassis/base/text.hpp"\n')
        self.assertIn("chassis/extra is not in chassis/CMakeLists.txt", self.errors()[0])

    def test_an_include_beside_the_file_fails(self):
        self.write("chassis/base/text.cpp", '#include "text.hpp"\n')
        self.assertIn("is not rooted at the project's folder", self.errors()[0])

    def test_a_folder_without_sources_is_no_success(self):
        (self.root / "chassis/app/app.hpp").unlink()
        self.assertIn("no sources", self.errors()[0])


class CheckDocsTest(Tree):
    def errors(self):
        status, _, text = self.run_script("check_docs", self.root)
        self.assertEqual(status, 1 if text else 0)
        return text.splitlines()

    def test_what_is_there_is_right(self):
        self.write("chassis/base/README.md", "[up](../README.md#tour) [web](https://example.com/x)\n")
        self.write("chassis/README.md", "| folder | what |\n| --- | --- |\n| `base/` | text |\n")
        self.assertEqual(self.errors(), [])

    def test_a_link_to_nothing_fails(self):
        self.write("README.md", "[here](docs/none.md)\n")
        self.assertEqual(self.errors(), ["README.md: there is no docs/none.md"])

    def test_a_link_inside_code_is_code(self):
        self.write("README.md", "```cpp\nauto f = [this](none) {};\n```\n")
        self.assertEqual(self.errors(), [])

    def test_a_table_that_misses_a_folder_fails(self):
        self.write("README.md", "| folder | what |\n| --- | --- |\n| `docs/` | documents |\n")
        self.write("chassis/base/text.hpp", "")
        self.assertEqual(
            self.errors(),
            [
                "README.md: docs/ is in the table and not in the tree",
                "README.md: chassis/ is in the tree and not in the table",
            ],
        )


class BootstrapTest(Tree):
    """With commands of our own instead of apt's: nothing is installed."""

    def setUp(self):
        super().setUp()
        self.command("dpkg-query", f'grep -qx "${{@: -1}}" "{self.root}/missing" || printf installed')
        self.command("apt-cache", f'! grep -qx "$2" "{self.root}/unknown"')
        self.command("apt-get", f'echo "$@" >> "{self.root}/called"; [ ! -e "{self.root}/broken" ]')
        self.command("sudo", 'exec "$@"')
        self.write("missing", "")
        self.write("unknown", "")

    def command(self, name, text):
        self.write(f"bin/{name}", f"#!/bin/bash\n{text}\n")
        (self.root / "bin" / name).chmod(0o755)

    def bootstrap(self, *arguments):
        environment = os.environ | {"PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        done = subprocess.run([SCRIPT / "bootstrap", *arguments], capture_output=True, text=True, env=environment)
        called = self.root / "called"
        return done.returncode, done.stdout + done.stderr, called.read_text() if called.exists() else ""

    def test_it_is_silent_when_nothing_is_missing(self):
        self.assertEqual(self.bootstrap(), (0, "", ""))
        self.assertEqual(self.bootstrap("--tools"), (0, "", ""))

    def test_it_installs_what_is_missing_and_only_that_from_fresh_lists(self):
        self.write("missing", "jq\ncmake\nclang-19\n")
        status, said, called = self.bootstrap()
        self.assertEqual(status, 0)
        self.assertRegex(called, r"\A.* update\n.* install -y --no-install-recommends cmake jq\n\Z")
        self.assertIn("to build: cmake", said)
        self.assertIn("to test: jq", said)
        self.assertNotIn("clang-19", said + called)

    def test_the_tools_are_installed_when_asked_for(self):
        self.write("missing", "clang-19\n")
        _, said, called = self.bootstrap("--tools")
        self.assertIn("--no-install-recommends clang-19\n", called)
        self.assertIn("to check: clang-19", said)

    def test_what_the_benchmarks_need_is_installed_when_asked_for(self):
        self.write("missing", "wrk\npython3-venv\nclang-19\n")
        self.assertEqual(self.bootstrap(), (0, "", ""))
        status, said, called = self.bootstrap("--bench")
        self.assertEqual(status, 0)
        self.assertIn("--no-install-recommends wrk python3-venv\n", called)
        self.assertIn("to measure: wrk python3-venv", said)

    def test_an_unknown_flag_installs_nothing(self):
        self.write("missing", "jq\n")
        status, said, called = self.bootstrap("--benches")
        self.assertEqual((status, called), (2, ""))
        self.assertIn("usage: script/bootstrap", said)

    def test_a_later_release_gives_the_second_choice(self):
        self.write("missing", "libboost1.81-dev\nlibboost-dev\n")
        self.write("unknown", "libboost1.81-dev\n")
        self.assertIn("--no-install-recommends libboost-dev\n", self.bootstrap()[2])
        self.write("missing", "libboost1.81-dev\n")
        (self.root / "called").unlink()
        self.assertEqual(self.bootstrap(), (0, "", ""))

    def test_a_package_that_no_list_has_is_named(self):
        self.write("missing", "mold\n")
        self.write("unknown", "mold\n")
        status, said, _ = self.bootstrap()
        self.assertEqual(status, 1)
        self.assertIn("no package mold", said)

    def test_when_apt_fails_it_fails(self):
        self.write("missing", "jq\n")
        self.write("broken", "")
        status, said, _ = self.bootstrap()
        self.assertEqual(status, 1)
        self.assertIn("apt-get update failed", said)


class CountTestsTest(Tree):
    def count(self, cases):
        self.write("tests.xml", f"<testsuite>{cases}</testsuite>")
        done = subprocess.run(
            [sys.executable, SCRIPT / "lib/count_tests.py", self.root / "tests.xml"], capture_output=True, text=True
        )
        return done.returncode, done.stdout.strip(), done.stderr

    def test_what_was_skipped_did_not_pass(self):
        status, counted, said = self.count(
            '<testcase name="a" status="run"/>'
            '<testcase name="b" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>'
            '<testcase name="c" status="disabled"><skipped message="Disabled"/></testcase>'
        )
        self.assertEqual((status, counted), (0, "1 0"))
        self.assertEqual(said, "skipped: b\nskipped: c\n")

    def test_what_could_not_run_failed(self):
        _, counted, said = self.count(
            '<testcase name="a" status="fail"><system-out>the reason</system-out></testcase>'
            '<testcase name="b" status="notrun"><skipped message="Unable to find executable"/></testcase>'
        )
        self.assertEqual(counted, "0 2")
        self.assertIn("the reason", said)
        self.assertIn("did not run: b", said)

    def test_no_test_is_a_failure(self):
        status, counted, _ = self.count("")
        self.assertEqual((status, counted), (1, ""))


class WrkTest(unittest.TestCase):
    REPORT = """Running 2s test @ http://127.0.0.1:8001/products/1
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   193.17us  120.44us   3.52ms   91.30%
    Req/Sec   166.01k    13.50k  187.31k    71.43%
  346811 requests in 2.10s, 53.25MB read
Requests/sec: 165148.62
Transfer/sec:     25.36MB
"""

    def test_the_rate_is_by_the_time_that_it_took(self):
        self.assertEqual(wrk.read_report(self.REPORT), (346811, 165148.62))

    def fails(self, report, why):
        with self.assertRaisesRegex(wrk.LoadFailed, why):
            wrk.read_report(report)

    def test_a_socket_error_is_no_measurement(self):
        line = "  Socket errors: connect 0, read 3, write 0, timeout 0\nRequests/sec"
        self.fails(self.REPORT.replace("Requests/sec", line), "connect 0, read 3")

    def test_an_answer_that_is_no_success_is_no_measurement(self):
        line = "  Non-2xx or 3xx responses: 12\nRequests/sec"
        self.fails(self.REPORT.replace("Requests/sec", line), "Non-2xx or 3xx responses: 12")

    def test_no_answer_and_no_report_are_no_measurement(self):
        self.fails(self.REPORT.replace("346811", "0"), "no answer")
        self.fails("unable to connect to 127.0.0.1:8001", "no result")


class PeerEnvironmentTest(Tree):
    def test_it_is_made_anew_when_the_requirements_changed(self):
        self.assertFalse(peer_environment.is_current(self.root))
        self.write("made_of.txt", peer_environment.made_of())
        self.assertTrue(peer_environment.is_current(self.root))
        self.write("requirements.txt", "fastapi==0.1\n")
        with unittest.mock.patch.object(peer_environment, "REQUIREMENTS", self.root / "requirements.txt"):
            self.assertFalse(peer_environment.is_current(self.root))

    def test_every_package_of_the_peer_is_pinned(self):
        lines = [line for line in peer_environment.REQUIREMENTS.read_text().splitlines() if not line.startswith("#")]
        for line in lines:
            self.assertRegex(line, r"\A[A-Za-z0-9_.-]+==[0-9.]+\Z")
        names = {line.partition("==")[0] for line in lines}
        self.assertLessEqual({"fastapi", "uvicorn", "uvloop", "httptools", "pydantic_core"}, names)


if __name__ == "__main__":
    unittest.main()
