# peal check on data directories that real servers left.
import json
import os
import shutil
import sqlite3
import unittest

from ring import RingTest


class Check(RingTest):
    def setUp(self):
        super().setUp()
        self.data = self.ring.path("data-of-one")
        server = self.ring.start("--data", self.data, "--id", "7")
        server.wait_ready()
        self.server = server
        self.ring.ok("send", "--as", "ann", "--room", "lunch", "-", text="".join(f"number {i}\n" for i in range(200)))

    def report(self, code, directory=None):
        done = self.ring.run("check", "--json", directory or self.data)
        self.assertEqual(done.returncode, code, done.out + done.err)
        return json.loads(done.out)

    def snapshot(self):
        found = {".": os.stat(self.data).st_mtime_ns}
        for name in os.listdir(self.data):
            path = os.path.join(self.data, name)
            with open(path, "rb") as file:
                found[name] = (os.stat(path).st_mtime_ns, file.read())
        return found

    def test_a_directory_is_whole_after_a_clean_stop_and_after_a_kill(self):
        self.assertEqual(self.server.leave(), 0)
        report = self.report(0)
        self.assertEqual((report["result"], report["server"], report["damaged"], report["missing"]), ("ok", 7, 0, 0))
        self.assertGreaterEqual(report["entries"], 202)
        self.ring.restart(self.server).wait_ready().kill()

        before = self.snapshot()
        again = self.report(0)
        out = self.ring.ok("check", self.data)

        self.assertEqual(self.snapshot(), before)
        self.assertEqual(again["entries"], report["entries"])
        self.assertIn("all well", out)
        self.assertIn("s7", out)

    def test_a_directory_in_use_is_refused(self):
        done = self.ring.run("check", self.data)

        self.assert_refused(done, 2, "in use by process", str(self.server.process.pid))

    def test_damage_is_found_and_said_what_to_do_about(self):
        self.server.leave()
        with sqlite3.connect(os.path.join(self.data, "history.db")) as db:
            for number, records in db.execute("SELECT number, records FROM chunk").fetchall():
                if b"number 77" in records:
                    db.execute("UPDATE chunk SET records=? WHERE number=?",
                               (records.replace(b"number 77", b"number 99"), number))
        db.close()

        done = self.ring.run("check", self.data)

        self.assertEqual(done.returncode, 1)
        self.assertIn("do not fit their checksums", done.out)
        self.assertIn("start the server", done.out)
        self.assertEqual(self.report(1)["damaged"], 1)

    def test_a_copy_can_be_checked_while_the_server_runs(self):
        copy = self.ring.path("copy")
        os.mkdir(copy)
        with sqlite3.connect(os.path.join(self.data, "history.db")) as db:
            with sqlite3.connect(os.path.join(copy, "history.db")) as backup:
                db.backup(backup)
            backup.close()
        db.close()

        self.assertEqual(self.report(0, copy)["index"], False)
        shutil.rmtree(copy)

    def test_other_directories_are_no_data_directories(self):
        self.assert_refused(self.ring.run("check", self.ring.home), 2, "not a data directory", "--data")
        self.assert_refused(self.ring.run("check", self.ring.path("nowhere")), 2, "not a data directory")
        self.assert_refused(self.ring.run("check"), 2)


if __name__ == "__main__":
    unittest.main()
