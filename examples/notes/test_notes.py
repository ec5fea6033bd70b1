from notes import main


def test_notes(capsys):
    assert main(['add', 'Water the plants', '--tag', 'home', '--tag', 'green']) == 0
    assert main(['add', 'Write a test', '--tag', 'work']) == 0
    assert main(['add', 'Buy soil', '--tag', 'home']) == 0
    assert main(['done', '1']) == 0
    capsys.readouterr()
    main(['list'])
    assert capsys.readouterr().out == '2: [ ] Write a test #work\n3: [ ] Buy soil #home\n'
    main(['list', '--all', '--tag', 'green'])
    assert capsys.readouterr().out == '1: [x] Water the plants #green #home\n'
    main(['tags'])
    assert capsys.readouterr().out == 'home: 1 of 2 open\ngreen: 0 of 1 open\nwork: 1 of 1 open\n'
    assert main(['done', '99']) == 1
    assert 'no note 99' in capsys.readouterr().err
