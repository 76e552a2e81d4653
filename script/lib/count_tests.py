"""count_tests.py REPORT: prints "passed failed" of a JUnit report by ctest; says on stderr what failed and what was
skipped. A test that did not run has failed; one that was skipped has done neither. Status 1 when there is no test."""

import sys
import xml.etree.ElementTree


def main(path):
    try:
        cases = xml.etree.ElementTree.parse(path).getroot().findall("testcase")
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        print(f"no test report: {error}", file=sys.stderr)
        return 1
    passed = failed = 0
    skipped = []
    for case in cases:
        status = case.get("status")
        if status == "run":
            passed += 1
        elif status in ("notrun", "disabled") and case.find("skipped") is not None:
            reason = case.find("skipped").get("message", "")
            if reason.startswith("SKIP_") or status == "disabled":
                skipped.append(case.get("name"))
            else:
                failed += 1
                print(f"did not run: {case.get('name')}: {reason}", file=sys.stderr)
        else:
            failed += 1
            print(f"failed: {case.get('name')}", file=sys.stderr)
            print(case.findtext("system-out", "").rstrip(), file=sys.stderr)
    for name in skipped:
        print(f"skipped: {name}", file=sys.stderr)
    if passed + failed == 0:
        print("no test ran", file=sys.stderr)
        return 1
    print(passed, failed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
