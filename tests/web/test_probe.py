import httpx, pytest
from tests import make
from tests.browser import TOKEN
from tests.cast import Cast

async def test_probe(cast: Cast, anyone, host_client, owner_client, family_client, monkeypatch):
    import structlog
    out=[]
    async def get(c, path, **k):
        try:
            r = await c.get(path, **k); s=r.status_code
        except Exception as e: s=f"RAISED {type(e).__name__} {e}"
        out.append((path[:70], k if len(str(k))<60 else str(k)[:60], s))
    big="9"*5000
    for p in ["/events/%D9%A3", "/events/1_0", "/events/-1", f"/events/{10**30}", f"/events/{big}", "/events/%20%201", "/T/%00", "/M/%00","/P/%00","/R/%00","/G/%00/1","/G/x/%00","/pictures/"+"%00"*64+"/card.jpg","/T/%ff%fe","/M/%ff","/T/"+"x"*5000, f"/G/x/{10**30}", f"/G/x/-1","/stores/-1/privacy",f"/stores/{10**30}/privacy",f"/calendar/{10**30}/events.ics","/events/1/sessions/%s/calendar.ics"%10**30,
      "/my/registration?session=x", f"/my/registration?session={10**30}", f"/my/registration?session={cast.session.id}&via=%E4%B8%AD", f"/my/registration?session={cast.session.id}&via=%00", "/my/registration?session=1&session=2", f"/my/sessions/{cast.session.id}/registration?via=%00%ff", "/?kind=%ff&store=%00&week=%D9%A3", "/?store=1&store=2", "/look?back=%ff", "/look?language=%00", "/look?back=//evil", f"/events/{cast.event.id}?via=%E4%B8%AD", "/static/%2e%2e/%2e%2e/pyproject.toml","/static/%00","/static/..%2f..%2fpyproject.toml", "/desk/sign-in?next=%00%ff", "/?"+"a=1&"*3000, "/?%", "/?=&=&&", "/my/registration?session=1e3","/my/registration?session=%D9%A3", "/my/registration?session="+big]:
        await get(anyone, p)
    for p in [f"/desk/announcements?before={10**30}","/desk/announcements?before=-1","/desk/announcements?before=x",f"/desk/announcements/new?event={10**30}","/desk/announcements/new?event=-1","/desk/audit?before=x",f"/desk/audit?before={10**30}",f"/desk/venues/new?store={10**30}&compound={10**30}","/desk/venues/new?store=x",f"/desk/compounds/new?store={10**30}",f"/desk/groups/new?store={10**30}","/desk/groups/new?store=%00",f"/desk/events/new?store={10**30}","/desk/events/new?store=-1","/desk/events?page=%D9%A3&shelf=%00","/desk/events?page=9999","/desk/stores/1/texts/%00","/desk/stores/1/texts/x", f"/desk/announcements?before={2**31}", f"/desk/announcements?before={2**63}"]:
        await get(owner_client, p)
    for h in [{"if-none-match":"*"},{"accept-language":"\xff"},{"accept-language":"zh;q=nan,en;q=inf"},{"accept-language":","*9000},{"cookie":"linju_look=\xff.\xfe"},{"cookie":"linju_csrf=é"},{"cookie":"linju_note=x; linju_staff=%00; linju_family="},{"accept":"\xff"},{"host":""},{"host":"evil"},{"accept-encoding":"\xff"},{"cookie":"=;;;=x;"+"a"*9000}]:
        for p in ("/", "/my"):
            await get(anyone, p, headers=h)
    # csrf
    url=f"/my/sessions/{cast.session.id}/registration"
    async def post(c, path, **k):
        try: r = await c.post(path, **k); s=r.status_code
        except Exception as e: s=f"RAISED {type(e).__name__} {e}"
        out.append(("POST "+path, str(k)[:160], s))
    t=await anyone.token()
    await post(anyone, url, headers={TOKEN:""}, data={"_csrf_token":"a"*64+"é"*64})
    await post(anyone, url, headers={TOKEN:""}, files={"_csrf_token":("x.txt", b"abc","text/plain")})
    await post(anyone, url, headers={TOKEN:""}, data={"_csrf_token":["a","b"]})
    await post(anyone, url, headers={TOKEN:b"\xe9"*128})
    good={"key":make.key(),"adults":"1","children":"0","name":"林爸爸","phone":"13900001111","act":"recap"}
    for of in [{"act":"drop_child:²"},{"act":"drop_child:"+big},{"act":"drop_child:-1"},{"act":"drop_child:9999","children":"2"},{"act":"drop_child:"},{"act":"dropx"},{"act":"\0"},{"act":["register","x"]},{"children":"9999"},{"children":"²"},{"children":"٣"},{"children":"-1"},{"adults":"40"},{"adults":"12","children":"8"},{"adults":"²"},{"adults":["1","2"]},{"key":"\0"},{"key":"x"*65,"act":"register"},{"key":"é"*64,"act":"register"},{"key":"","act":"register"},{"children":"1","child-0-age":"200","consent":"given"},{"children":"1","child-0-year":"1","child-0-month":"1","consent":"given"},{"children":"1","child-0-year":"2020","child-0-month":"13","consent":"given"},{"children":"1","child-0-year":"2020","consent":"x"},{"child-9999-name":"x","children":"9999","act":"add_child"},{"name":"\0"},{"name":"长"*300},{"name":"👩‍👧‍👦"*3,"act":"register"},{"name":"\u202e陈","act":"register"},{"phone":"\0"},{"phone":"١٣٨٠٠١٣٨٠٠٠"},{"via":"中文\0","act":"register"},{"via":"x"*50},{"note":"x"*201},{"consent":["given","refused"]},{"_csrf_token":"x"},{"%":"x"},{"a"*3000:"x"},{"name":"a\ud800b".encode("utf-8","surrogatepass").decode("latin1")}]:
        await post(anyone, url, data={**good,"key":make.key(),**of})
        anyone.cookies.delete("linju_family") if "linju_family" in anyone.cookies else None
    await post(anyone, url, content=b"name=%ff%fe&phone=%00&act=%ff&adults=%ff", headers={"content-type":"application/x-www-form-urlencoded"})
    await post(anyone, url, content=b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\xff\r\n--x--\r\n', headers={"content-type":"multipart/form-data; boundary=x"})
    await post(anyone, url, files={"name":("a.txt",b"abc"),"phone":("\0",b"x")}, data={"act":"recap"})
    await post(anyone, f"/my/sessions/{10**30}/registration", data=good)
    await post(anyone, f"/my/sessions/-1/registration", data=good)
    await post(host_client, "/desk/announcements", data={"event":str(cast.event.id),"text":"x","key":"\0","groups":["1"]})
    g = await make.group(cast.east, host=cast.east_host)
    for key in ("\0", "x"*5000, "", "é"):
        await post(host_client, "/desk/announcements", data={"event":str(cast.event.id),"text":"x","key":key,"groups":[str(g.id)],"at_night":"1"})
    await post(host_client, f"/desk/sessions/{cast.session.id}/ticket", data={"number":"１２３４５６"})
    await post(host_client, f"/desk/sessions/{cast.session.id}/ticket", data={"number":"\0"})
    tk = await make.ticket_of(cast.chens_registration)
    for of in [{"people":["999999999"]},{"people":["x"]},{"people":[],"nonce":"\0"},{"people":["1"],"nonce":"x"*65}]:
        await post(host_client, f"/desk/tickets/{tk.id}/arrival", data=of)
    await post(anyone, "/desk/sign-in", data={"login":"\0x","password":"\0"})
    await post(anyone, "/desk/sign-in", data={"login":"x","password":"\0"*3000})
    await post(anyone, "/P/%00", data={}); await post(anyone, "/M/%00/cancellation", data={}); await post(anyone, "/R/%00", data={"password":"x"*9})
    for m in ("HEAD","OPTIONS","PUT","DELETE","PATCH","TRACE","FOO"):
        for p in ("/","/my","/desk"):
            try: r=await anyone.request(m,p); s=(r.status_code, len(r.content), dict(r.headers))
            except Exception as e: s=f"RAISED {type(e)} {e}"
            out.append((m,p,str(s)[:300]))
    from pathlib import Path
    with Path("/tmp/v/sec/probe.txt").open("a") as f:
        for o in out: f.write(repr(o)+"\n")
